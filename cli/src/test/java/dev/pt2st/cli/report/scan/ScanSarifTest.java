package dev.pt2st.cli.report.scan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import dev.pt2st.scan.Finding;
import dev.pt2st.scan.Rule;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScanSarifTest {
  private static JsonObject run(ReportBase base, ScannedFile... files) throws IOException {
    String out =
        Reports.printed(terminal -> new ScanSarif(terminal, Reports.run(), base), files).getFirst();
    return JsonParser.parseString(out)
        .getAsJsonObject()
        .getAsJsonArray("runs")
        .get(0)
        .getAsJsonObject();
  }

  private static JsonObject artifact(JsonObject run) {
    return run.getAsJsonArray("results")
        .get(0)
        .getAsJsonObject()
        .getAsJsonArray("locations")
        .get(0)
        .getAsJsonObject()
        .getAsJsonObject("physicalLocation")
        .getAsJsonObject("artifactLocation");
  }

  @ParameterizedTest
  @CsvSource({
    "s3://bucket/models//a b.pt, s3://bucket/models//a%20b.pt",
    "models//a b.pt, models/a%20b.pt",
    "./x/../models/a#1%.pt, models/a%231%25.pt",
    "a:b.pt, a%3Ab.pt",
    "modèle.pt, mod%C3%A8le.pt"
  })
  void anAddressStaysOneAndAPathCountsFromTheBase(String name, String uri) throws IOException {
    ScannedFile file = Reports.file(name, Rule.UNREADABLE, "access is denied");
    assertThat(artifact(run(Reports.BASE, file)).get("uri").getAsString()).isEqualTo(uri);
  }

  @Test
  void aBaseAndWhatIsBelowItGiveTheFile() throws IOException {
    Path base = Path.of("/data/all models#1");
    Path file = base.resolve("a b/c#d.pt");
    ScannedFile scanned = Reports.file(file.toString(), Rule.UNREADABLE, "no");
    JsonObject run = run(new ReportBase(base), scanned);
    JsonObject location = artifact(run);
    String id = location.get("uriBaseId").getAsString();
    String uri =
        run.getAsJsonObject("originalUriBaseIds").getAsJsonObject(id).get("uri").getAsString();
    assertThat(uri).isEqualTo("file:///data/all%20models%231/");
    assertThat(location.get("uri").getAsString()).isEqualTo("a%20b/c%23d.pt");
    assertThat(Path.of(URI.create(uri).resolve(location.get("uri").getAsString()))).isEqualTo(file);
  }

  @Test
  void whatIsNotBelowTheBaseHasAUriOfItsOwn() throws IOException {
    ScannedFile file = Reports.file("/other/a b.pt", Rule.UNREADABLE, "no");
    JsonObject location = artifact(run(new ReportBase(Path.of("/data")), file));
    assertThat(location.get("uri").getAsString()).isEqualTo("file:///other/a%20b.pt");
    assertThat(location.has("uriBaseId")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"5000, 0, ''", "5001, 1, shows 5000", "25001, 1, refuses one with more than 25000"})
  void tooManyResultsForGitHubAreSaid(int results, int lines, String says) throws IOException {
    ResourceName file = new ResourceName("a.pt");
    ScannedFile[] files =
        IntStream.range(0, results)
            .mapToObj(i -> Reports.file("a.pt", finding(file, i)))
            .toArray(ScannedFile[]::new);
    List<String> printed =
        Reports.printed(terminal -> new ScanSarif(terminal, Reports.run(), Reports.BASE), files);
    assertThat(printed.getLast().lines()).hasSize(lines);
    assertThat(printed.getLast().replace(",", "")).contains(says);
  }

  private static Finding finding(ResourceName file, int byteOffset) {
    return new Finding(Rule.BROKEN_PICKLE, Place.of(file).at(byteOffset), "it breaks off", null);
  }
}
