package dev.pt2st.cli.report.scan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.Finding;
import dev.pt2st.scan.Rule;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScanSarifTest {
  @ParameterizedTest
  @CsvSource({
    "s3://bucket/models//a b.pt, s3://bucket/models//a%20b.pt",
    "models//a b.pt, models/a%20b.pt"
  })
  void anAddressStaysOneAndAPathCountsFromTheBase(String name, String uri) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
    Terminal terminal = new Terminal(printed, printed, false, false, 80);
    ResourceName file = new ResourceName(name);
    Finding finding = new Finding(Rule.UNREADABLE, Place.of(file), "access is denied", null);
    try (ScanSarif report = new ScanSarif(terminal, Path.of(""))) {
      report.add(
          new FileReport(file, finding.rule().verdict(), "", 0, List.of(finding), 0, List.of()));
      report.end(new ScanSummary(), ExitCode.FAILED);
    }
    assertThat(
            JsonParser.parseString(out.toString(StandardCharsets.UTF_8))
                .getAsJsonObject()
                .getAsJsonArray("runs")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("results")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("locations")
                .get(0)
                .getAsJsonObject()
                .getAsJsonObject("physicalLocation")
                .getAsJsonObject("artifactLocation")
                .get("uri")
                .getAsString())
        .isEqualTo(uri);
  }
}
