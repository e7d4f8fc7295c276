package dev.pt2st.bench.report;

import dev.pt2st.ByteCount;
import dev.pt2st.bench.ManyTensorsBenchmark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes what JMH measured into the results: a table, and plots of how the cost grows.
 *
 * <pre>{@code
 * java -cp benchmarks.jar dev.pt2st.bench.report.Report bench/RESULTS.md large.json small.json bytes.json tensors.json
 * }</pre>
 *
 * <p>What it all was measured on comes by standard input, in Markdown.
 */
final class Report {
  /** Bytes of a tensor of {@link ManyTensorsBenchmark}. */
  private static final double SMALL_TENSOR = 1024;

  private static final double MEGABYTE = 1e6;

  private Report() {}

  /**
   * Writes.
   *
   * @param arguments the document, and four results of JMH: of what a few large tensors cost, of
   *     what many small ones do, and how the cost grows with the bytes and with the tensors
   * @throws IOException if one of them cannot be read or written
   */
  public static void main(String[] arguments) throws IOException {
    String machine = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    List<Path> files = Stream.of(arguments).map(Path::of).toList();
    write(files.getFirst(), scores(files.subList(1, 3)), scores(files.subList(3, 5)), machine);
  }

  private static List<Score> scores(List<Path> files) throws IOException {
    List<Score> scores = new ArrayList<>();
    for (Path file : files) {
      scores.addAll(Score.read(file));
    }
    return scores;
  }

  static void write(Path document, List<Score> all, List<Score> grown, String machine)
      throws IOException {
    Path folder = document.toAbsolutePath().resolveSibling(".").normalize();
    GrowthPlot.draw(
        "Conversion of 300 fp16 tensors",
        "MB",
        of(grown, "ConvertBenchmark"),
        score -> bytes(score) / MEGABYTE,
        folder.resolve("growth-bytes.svg"));
    GrowthPlot.draw(
        "Conversion of tensors of 1 KB",
        "tensors",
        of(grown, "ManyTensorsBenchmark"),
        score -> bytes(score) / SMALL_TENSOR,
        folder.resolve("growth-tensors.svg"));
    Section.replace(
        document,
        "benchmarks",
        machine.strip()
            + "\n\n"
            + ScoreTable.of(all)
            + "\nHow the cost grows, with the bytes and with the number of tensors:\n\n"
            + "![time against size](growth-bytes.svg)\n"
            + "![time against the number of tensors](growth-tensors.svg)\n\n"
            + ScoreTable.of(grown));
  }

  private static List<Score> of(List<Score> scores, String benchmark) {
    List<Score> own = scores.stream().filter(s -> s.benchmark().equals(benchmark)).toList();
    if (own.isEmpty()) {
      throw new IllegalArgumentException("no results of " + benchmark + " to draw");
    }
    return own;
  }

  private static double bytes(Score score) {
    String bytes = score.parameters().get("bytes");
    if (bytes == null) {
      throw new IllegalArgumentException(score.benchmark() + " has no parameter bytes");
    }
    return ByteCount.parse(bytes);
  }
}
