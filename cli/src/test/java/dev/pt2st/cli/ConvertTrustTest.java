package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
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
  @ValueSource(strings = {"zoo.models.detector.Net", "zoo.*", "zoo.models.detector.?et", "*"})
  void allowAcceptsANameOrAGlobAsAnInertRecord(String glob) throws IOException {
    Run run = Run.done(Samples.checkpoint("zip_module.pt"), output, "--allow", glob);
    assertThat(WrittenFile.names(output)).hasSize(15);
    assertThat(run.outLines())
        .contains("not on the allowlist, kept as inert records: zoo.models.detector.Net");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zoo", "zoo.models.detector", "Net", "zoo.models.detector.N", "zoo/*"})
  void allowTakesANameAsAWhole(String glob) {
    assertThat(Run.convert(Samples.checkpoint("zip_module.pt"), output, "--allow", glob).code())
        .isEqualTo(3);
  }

  @Test
  void inertAcceptsAll() throws IOException {
    Run.done(Samples.checkpoint("zip_module.pt"), output, "--inert");
    assertThat(WrittenFile.names(output)).hasSize(15);
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
  void aRefusalListsEveryGlobalWithTheOptionThatAcceptsIt() throws IOException {
    Path input = temporary.resolve("in.pt");
    new CheckpointWriter(2)
        .tensor("w")
        .object("a", "zoo", "Net")
        .call("b", "os", "system")
        .call("c", "it's", "a trap")
        .write(input);
    Run run = Run.convert(input, output);
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.errLines()).hasSize(4);
    assertThat(run.errLines().get(0)).contains("zoo.Net, os.system, it's.a trap");
    assertThat(run.errLines().get(1)).startsWith("  zoo.Net, instantiated at ");
    assertThat(run.errLines().get(2)).startsWith("  os.system, called at ");
    assertThat(run.errLines().get(3)).endsWith("--allow 'it'\\''s.a trap'");
    Run.done(input, output, "--allow", "zoo.Net", "--allow", "os.*", "--allow", "it's.a trap");
  }
}
