package dev.pt2st.cli.report.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import dev.pt2st.scan.Finding;
import dev.pt2st.scan.Rule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScanTextTest {
  private static final Place PLACE = Place.of(new ResourceName("a.zip"));
  private static final String BYTES = "bytes of no known format";

  private static Finding unrecognized(String entry, String message) {
    return new Finding(Rule.UNRECOGNIZED_BYTES, PLACE.inEntry(entry), message, null);
  }

  @Test
  void entriesOfNoKnownFormatTakeOneLine() throws IOException {
    List<Finding> findings = new ArrayList<>();
    findings.add(new Finding(Rule.UNSOUND_ARCHIVE, PLACE, "two records overlap", null));
    for (int i = 0; i < 40; i++) {
      findings.add(unrecognized("data/" + i, BYTES));
    }
    findings.add(unrecognized("b.bin", "it begins as a PNG"));
    findings.add(new Finding(Rule.BROKEN_PICKLE, PLACE.inEntry("data.pkl"), "it breaks off", null));

    String out =
        Reports.printed(
                terminal -> new ScanText(terminal, Reports.run()),
                Reports.file("a.zip", findings.toArray(Finding[]::new)))
            .getFirst();

    assertThat(out.lines().skip(1).limit(4))
        .containsExactly(
            "    two records overlap",
            "    40 parts, the first data/0: " + BYTES,
            "    b.bin: it begins as a PNG",
            "    data.pkl: it breaks off");
  }
}
