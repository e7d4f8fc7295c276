package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Classes and functions that are not on the list: what is refused, and which options accept them.
 */
class ConvertTrustTest {
  @TempDir Path temporary;

  private Path output;

  @BeforeEach
  void nameTheOutput() {
    output = temporary.resolve("out.safetensors");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zoo.models.detector.Kind", "zoo.*", "zoo.models.detector.?ind", "*"})
  void allowAcceptsANameOrAGlobAsAnInertRecord(String glob) throws IOException {
    Run run = Run.done(Samples.checkpoint("zip_lightning_called.ckpt"), output, "--allow", glob);
    assertThat(WrittenFile.names(output)).hasSize(8);
    assertThat(run.outLines())
        .contains("not on the allowlist, kept as inert records: zoo.models.detector.Kind");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zoo", "zoo.models.detector", "Kind", "zoo.models.detector.K", "zoo/*"})
  void allowTakesANameAsAWhole(String glob) {
    assertThat(
            Run.convert(Samples.checkpoint("zip_lightning_called.ckpt"), output, "--allow", glob)
                .code())
        .isEqualTo(3);
  }

  @Test
  void inertAcceptsAll() throws IOException {
    Run.done(Samples.checkpoint("zip_lightning_called.ckpt"), output, "--inert");
    assertThat(WrittenFile.names(output)).hasSize(8);
  }

  @Test
  void inertRunsNothingEither() {
    Run.done(Samples.hostile("zip_payload_then_state.pt"), output, "--inert");
  }

  @Test
  void aClassOutsideOfTheRootNeedsNoOption() throws IOException {
    Path input = withObjectBesideTheModel();
    Run run = Run.done(input, output, "--root", "w");
    assertThat(run.out()).contains("kept as inert records: trainer.Options");
  }

  @Test
  void strictRefusesItThereToo() throws IOException {
    Run run = Run.convert(withObjectBesideTheModel(), output, "--root", "w", "--strict");
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.errLines())
        .last()
        .asString()
        .startsWith("  trainer.Options, instantiated at ")
        .endsWith("--allow trainer.Options");
  }

  private Path withObjectBesideTheModel() throws IOException {
    Path input = temporary.resolve("in.pt");
    new CheckpointWriter(2).tensor("w").object("options", "trainer", "Options").write(input);
    return input;
  }

  @Test
  void aWholeModelOfAnUnlistedClassNeedsNoOptionAndIsSaid() throws IOException {
    Run run = Run.done(Samples.checkpoint("zip_module.pt"), output);
    assertThat(WrittenFile.names(output)).hasSize(15);
    assertThat(run.outLines())
        .contains(
            "not on the allowlist, kept as inert records: zoo.models.detector.Net",
            "the names are those of torch.nn.Module.state_dict(): 1 module of such classes, whose"
                + " own code was not there to change them");
    Run strict =
        Run.convert(Samples.checkpoint("zip_module.pt"), temporary.resolve("s"), "--strict");
    assertThat(strict.code()).isEqualTo(3);
    assertThat(strict.errLines().getFirst())
        .contains("this is a whole pickled model of class zoo.models.detector.Net");
  }

  @Test
  void aRefusalListsEveryGlobalWithTheOptionThatAcceptsIt() throws IOException {
    Path input = temporary.resolve("in.pt");
    new CheckpointWriter(2)
        .tensor("w")
        .object("a", "zoo", "Net")
        .call("b", "zoo", "make")
        .call("c", "it's", "a trap")
        .write(input);
    Run run = Run.convert(input, output);
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.errLines()).hasSize(3);
    assertThat(run.errLines().get(0)).contains("zoo.make, it's.a trap");
    assertThat(run.errLines().get(1)).startsWith("  zoo.make, called at ");
    assertThat(run.errLines().get(2)).endsWith("--allow 'it'\\''s.a trap'");
    Run.done(input, output, "--allow", "zoo.make", "--allow", "it's.a trap");
  }

  @Test
  void anAttackIsToldAndNoOptionThatAcceptsIt() throws IOException {
    for (String sample : List.of("zip_os_system.pt", "zip_posix.pt", "stack_global.pt")) {
      Run run = Run.convert(Samples.hostile(sample), output);
      assertThat(run.code()).isEqualTo(3);
      assertThat(run.err())
          .contains("this is an attack, not a model", "do not load this file")
          .doesNotContain("--allow", "--inert");
    }
    // Whoever insists can: nothing is run.
    Run insisted = Run.done(Samples.hostile("zip_payload_then_state.pt"), output, "--inert");
    assertThat(insisted.out())
        .contains("accepted, and known to run code if Python loads the file:");
  }
}
