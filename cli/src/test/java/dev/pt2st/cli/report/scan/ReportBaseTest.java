package dev.pt2st.cli.report.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.ResourceName;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are not on this disk have names and URIs in a report, too. */
class ReportBaseTest {
  private static final ReportBase BASE = new ReportBase(Path.of("/base"));
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://host:8443/a%20b/c+d.pt | https://host:8443/a%20b/c+d.pt",
        "https://[::1]:8443/a.pt | https://[::1]:8443/a.pt",
        "https://host/ä b%zz | https://host/%C3%A4%20b%25zz",
        "s3://bucket/a%20b c#d/ü.pt | s3://bucket/a%2520b%20c%23d/%C3%BC.pt",
        "hf://org/model@main/sub/a b?.pt | hf://org/model%40main/sub/a%20b%3F.pt",
      })
  void anAddressBecomesAUri(String name, String uri) {
    ReportBase.Location location = BASE.location(new ResourceName(name));
    assertThat(location).isEqualTo(new ReportBase.Location(uri, false));
    assertThat(URI.create(location.uri()).getScheme())
        .isEqualTo(name.substring(0, name.indexOf(':')));
    assertThat(BASE.locationOf(name)).isEqualTo(location);
  }

  @Test
  void aCommitIsNoPartOfTheName() {
    String file = "/sub@" + COMMIT + "/a.pt";
    assertThat(BASE.name(new ResourceName("hf://org/model@" + COMMIT + file)))
        .isEqualTo("hf://org/model" + file);
    assertThat(BASE.name(new ResourceName("hf://org/model@" + COMMIT))).isEqualTo("hf://org/model");
    String other = "s3://bucket/model@" + COMMIT + "/a.pt";
    assertThat(BASE.name(new ResourceName(other))).isEqualTo(other);
  }
}
