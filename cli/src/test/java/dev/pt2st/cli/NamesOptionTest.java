package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --include}, {@code --exclude}, {@code --strip-prefix} and {@code --rename}. */
class NamesOptionTest {
  private static final Path INPUT = Samples.checkpoint("zip_training.pt");

  @TempDir Path temporary;

  @Test
  void theReportSaysWhatIsLeftOutAndRenamed() {
    Run run = convert("--exclude", "head.*", "--rename", "s/^conv/stem/", "--dry-run");
    assertThat(run.outLines())
        .contains(
            "stem.weight             F32    [4, 3, 3, 3]    432",
            "left out: optimizer (6 tensors, 904 B); without tensors: epoch, best, note",
            "left out by name: 3 tensors, 32 B: state_dict.head.a.weight, state_dict.head.a.bias,"
                + " state_dict.head.b.weight",
            "renamed: 2 tensors, such as conv.weight to stem.weight");
  }

  @Test
  void jsonHasBothNamesAndWhatIsLeftOut() {
    JsonObject report =
        convert("--include", "conv.bias", "--strip-prefix", "conv.", "--json").json();
    JsonObject tensor = report.getAsJsonArray("tensors").get(0).getAsJsonObject();
    assertThat(report.get("tensor_count").getAsInt()).isEqualTo(1);
    assertThat(tensor.get("name").getAsString()).isEqualTo("bias");
    assertThat(tensor.get("renamed_from").getAsString()).isEqualTo("conv.bias");
    assertThat(report.getAsJsonArray("left_out"))
        .filteredOn(part -> part.getAsJsonObject().get("by_name").getAsBoolean())
        .hasSize(14);
  }

  @Test
  void aRuleThatIsNoneIsWrongUsage() {
    Run run = Run.convert(INPUT, temporary.resolve("out"), "--rename", "s/a/b");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.errLines().getFirst())
        .isEqualTo(
            "pt2st: --rename: \"s/a/b\" is not a rename rule: it does not have the form"
                + " s/REGEX/REPLACEMENT/");
  }

  private Run convert(String... options) {
    Object[] args = new Object[options.length + 2];
    args[0] = INPUT;
    args[1] = temporary.resolve("out");
    System.arraycopy(options, 0, args, 2, options.length);
    Run run = Run.convert(args);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    return run;
  }
}
