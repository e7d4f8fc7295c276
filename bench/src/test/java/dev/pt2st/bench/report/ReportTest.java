package dev.pt2st.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class ReportTest {
  @TempDir Path folder;

  private static String result(String name, String bytes, String times) {
    return """
    {"benchmark": "dev.pt2st.bench.%s", "params": {"bytes": "%s", "objects": ""},
     "primaryMetric": {"score": 1, "scoreError": "NaN", "scoreUnit": "ms/op", "rawData": [%s]}}
    """
        .formatted(name, bytes, times);
  }

  private Path file(String name, String... results) throws IOException {
    return Files.writeString(folder.resolve(name), "[" + String.join(",", results) + "]");
  }

  @Test
  void putsEachBenchmarkBesideItsFloorsIntoTheDocument() throws Exception {
    Path all =
        file(
            "all.json",
            result("ConvertBenchmark.convert", "1GB", "[300, 100, 200]"),
            result("ConvertBenchmark.filesCopy", "1GB", "[100, 160], [160, 300]"),
            result("ScanBenchmark.scan", "1GB", "[0.5]"),
            result("ScanBenchmark.copy", "1GB", "[50]"));
    Path growth =
        file(
            "growth.json",
            result("ConvertBenchmark.convert", "1MB", "[1]"),
            result("ConvertBenchmark.convert", "2MB", "[2]"),
            result("ManyTensorsBenchmark.convert", "1024kB", "[3]"),
            result("ManyTensorsBenchmark.convert", "2048kB", "[4]"));
    Path document = folder.resolve("RESULTS.md");
    Files.writeString(
        document, "before\n<!-- benchmarks: begin -->old<!-- benchmarks: end -->\nafter\n");

    Report.write(document, Score.read(all), Score.read(growth), "- a machine\n");

    assertThat(document)
        .content()
        .startsWith("before\n<!-- benchmarks: begin -->\n\n- a machine\n")
        .endsWith("<!-- benchmarks: end -->\nafter\n")
        .doesNotContain("old")
        .contains(
            "| ConvertBenchmark.convert | bytes=1GB | 200 | (100 to 300) | 1.25 × filesCopy |\n",
            "| ConvertBenchmark.filesCopy | bytes=1GB | 160 | (100 to 300) | is one |\n",
            "| ScanBenchmark.scan | bytes=1GB | 0.5000 | (0.5000 to 0.5000) | 0.01 × copy |\n");
    for (String plot : new String[] {"growth-bytes.svg", "growth-tensors.svg"}) {
      assertThat(rootOf(folder.resolve(plot))).isEqualTo("svg");
    }
  }

  private static String rootOf(Path xml) throws Exception {
    DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    // Its document type is at a web address, which is nothing to ask in a test.
    parser.setEntityResolver((publicId, systemId) -> new InputSource(new StringReader("")));
    return parser.parse(xml.toFile()).getDocumentElement().getTagName();
  }

  @Test
  void saysWhereADocumentHasNoPlace() throws IOException {
    Path document = Files.writeString(folder.resolve("README.md"), "<!-- figures: begin -->");

    assertThatThrownBy(() -> Section.replace(document, "figures", "text"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("README.md has no place for figures");
  }
}
