package dev.pt2st.cli.option;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.Limit;
import dev.pt2st.cli.CheckpointWriter;
import dev.pt2st.cli.Run;
import dev.pt2st.cli.Samples;
import dev.pt2st.cli.report.RemedyText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each limit refuses what passes it, names its option and gives way to it. */
class LimitOptionsTest {
  /**
   * @param sample passes the limit at this value
   * @param options what else it takes to get there
   */
  private record Case(Path sample, long value, List<String> options) {}

  @TempDir Path temporary;

  @ParameterizedTest
  @EnumSource(Limit.class)
  void aLimitRefusesWhatPassesIt(Limit limit) throws IOException {
    Case passing = passing(limit);
    Path output = temporary.resolve("out.safetensors");
    Run run = run(passing, output, limit, passing.value());
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.errLines())
        .singleElement()
        .asString()
        .startsWith("pt2st: " + passing.sample() + ": ")
        .contains("raise it with " + RemedyText.option(limit));
    assertThat(output).doesNotExist();

    assertThat(run(passing, output, limit, passing.value() + 1_000_000_000).code()).isZero();
  }

  private static Run run(Case passing, Path output, Limit limit, long value) {
    List<Object> args = new java.util.ArrayList<>(List.of(passing.sample(), output));
    args.addAll(List.of(RemedyText.option(limit), value, "--dry-run"));
    args.addAll(passing.options());
    return Run.convert(args.toArray());
  }

  private Case passing(Limit limit) throws IOException {
    return switch (limit) {
      case PICKLE_BYTES -> new Case(Samples.checkpoint("zip_basic.pt"), 515, List.of());
      case HEAP_BYTES -> new Case(Samples.checkpoint("zip_basic.pt"), 100, List.of());
      case OPCODES -> new Case(Samples.checkpoint("zip_basic.pt"), 50, List.of());
      case STACK -> new Case(Samples.checkpoint("zip_basic.pt"), 5, List.of());
      case MEMO -> new Case(Samples.checkpoint("zip_basic.pt"), 10, List.of());
      case ENTRIES -> new Case(Samples.checkpoint("zip_basic.pt"), 4, List.of());
      case SECONDS -> new Case(Samples.checkpoint("zip_basic.pt"), 0, List.of());
      case EMBEDDED -> new Case(Samples.checkpoint("pickled_module_protocol4.pkl"), 0, List.of());
      case NESTING -> new Case(Samples.checkpoint("zip_training.pt"), 2, List.of("--root", "all"));
      case NAMES -> new Case(Samples.checkpoint("zip_basic.pt"), 2, List.of());
      case EXPANSION -> new Case(repeated(), 9, List.of());
      case RATIO -> new Case(Samples.checkpoint("zip_deflated.pt"), 1, List.of());
      case UNPACKED_BYTES -> new Case(Samples.checkpoint("wrapped_gzip.pt.gz"), 1000, List.of());
      case WRAPPING -> new Case(Samples.checkpoint("wrapped_gzip.pt.gz"), 0, List.of());
      case DECODER_BYTES -> new Case(Samples.checkpoint("wrapped_xz.pt.xz"), 100_000, List.of());
    };
  }

  /** Ten tensors over one storage of 10 MB. */
  private Path repeated() throws IOException {
    Path input = temporary.resolve("repeated.pt");
    CheckpointWriter checkpoint = new CheckpointWriter(2_500_000);
    for (int i = 0; i < 10; i++) {
      checkpoint.tensor("w" + i);
    }
    checkpoint.writeSparse(input);
    return input;
  }
}
