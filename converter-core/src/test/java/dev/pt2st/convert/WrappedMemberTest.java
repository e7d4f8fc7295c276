package dev.pt2st.convert;

import static dev.pt2st.testing.Wrap.concat;
import static dev.pt2st.testing.Wrap.members;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.UnsupportedException;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.SafetensorsBytes;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import dev.pt2st.testing.Wrap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The one checkpoint of an archive: chosen where it is the only one, or named by the user. */
class WrappedMemberTest {
  private static final byte[] TEXT = "a text beside it\n".getBytes(StandardCharsets.UTF_8);

  @TempDir Path temporary;

  private static byte[] checkpoint(String name, float... values) {
    Torch torch = new Torch();
    return torch.zip(Py.dict(name, torch.tensor(values)));
  }

  private static byte[] weights() {
    return checkpoint("w", 1, 2);
  }

  private static byte[] twoModels() {
    return Wrap.tar(members("policy.pth", weights(), "policy.optimizer.pth", weights()));
  }

  @Test
  void ofSeveralWithTensorsTheUserChooses() {
    TestConversion.of(temporary, twoModels())
        .rejected(RefusedException.class)
        .hasMessageContaining("2 files in it hold tensors: policy.pth, policy.optimizer.pth")
        .hasMessageContaining("sample.pt!policy.pth'");
  }

  private static byte[] optimizer() {
    Torch torch = new Torch();
    return torch.zip(
        Py.dict(
            "state", Py.dict(0, Py.dict("exp_avg", torch.tensor(3))), "param_groups", Py.list()));
  }

  @Test
  void optimizersAreSetAsideAndSaid() throws Exception {
    TestConversion conversion =
        TestConversion.of(
            temporary,
            Wrap.tar(members("a.pth", optimizer(), "model.pth", weights(), "z.pth", optimizer())));
    assertThat(conversion.names()).containsExactly("w");
    assertThat(conversion.plan().member()).isEqualTo("model.pth");
    assertThat(conversion.plan().otherMembers()).containsExactly("a.pth", "z.pth");
  }

  @Test
  void anOptimizerAloneIsWhatThereIs() throws Exception {
    assertThat(
            TestConversion.of(temporary, Wrap.tar(members("a.pth", optimizer()))).plan().member())
        .isEqualTo("a.pth");
    TestConversion.of(temporary, Wrap.tar(members("a.pth", optimizer(), "b.pth", optimizer())))
        .rejected(RefusedException.class)
        .hasMessageContaining("2 files in it hold tensors: a.pth, b.pth");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch_variables.pth", "tensors.pth"})
  void ofAnAgentOfStableBaselines3ThePolicyIsTheModel(String variables) throws Exception {
    byte[] temperature = checkpoint("log_ent_coef", 1);
    TestConversion conversion =
        TestConversion.of(
            temporary,
            Wrap.zip(
                members(
                    variables,
                    temperature,
                    "policy.pth",
                    weights(),
                    "actor.optimizer.pth",
                    optimizer())));
    assertThat(conversion.names()).containsExactly("w");
    assertThat(conversion.plan().otherMembers()).containsExactly(variables, "actor.optimizer.pth");
    TestConversion.of(
            temporary, Wrap.zip(members("policy.pth", weights(), "critic.pth", weights())))
        .rejected(RefusedException.class)
        .hasMessageContaining("2 files in it hold tensors: policy.pth, critic.pth");
  }

  @Test
  void checkpointsWithoutTensorsDoNotCount() throws Exception {
    byte[] archive =
        Wrap.zip(
            members(
                "variables.pth", new Torch().zip(Py.dict("epoch", 3)), "policy.pth", weights()));
    assertThat(TestConversion.of(temporary, archive).names()).containsExactly("w");
  }

  @Test
  void aTextThatBeginsAndEndsLikeAPickleDoesNotCount() throws Exception {
    byte[] text = "In this folder is a model.".getBytes(StandardCharsets.UTF_8);
    assertThat(
            TestConversion.of(temporary, Wrap.tar(members("README", text, "w", weights()))).names())
        .containsExactly("w");
  }

  @Test
  void aDamagedFileBesideTheOneMightBeTheOne() {
    byte[] damaged = Arrays.copyOf(weights(), 300);
    TestConversion.of(temporary, Wrap.tar(members("a.pt", damaged, "b.pt", weights())))
        .rejected(RefusedException.class)
        .hasMessageContaining("sample.pt!a.pt: ")
        .hasMessageContaining("it might hold tensors as \"b.pt\" does");
  }

  @Test
  void aDamagedFileAloneIsNamedWithWhatIsWrong() {
    byte[] damaged = Arrays.copyOf(weights(), 300);
    TestConversion.of(temporary, Wrap.tar(members("a.pt", damaged)))
        .rejected(MalformedException.class)
        .hasMessageContaining("sample.pt!a.pt: ");
  }

  @Test
  void anArchiveWithoutTensorsIsNoCheckpoint() {
    TestConversion.of(temporary, Wrap.zip(members("readme.txt", TEXT)))
        .rejected(UnsupportedException.class)
        .hasMessageContaining("no file in it is a checkpoint with tensors");
  }

  /** Whoever has one in an archive is told which it is, also where it is compressed there. */
  @Test
  void aSafetensorsFileInAnArchiveIsNamed() {
    byte[] model = SafetensorsBytes.of("{}");
    TestConversion.of(temporary, Wrap.zip(members("readme.txt", TEXT, "a/m.safetensors", model)))
        .rejected(UnsupportedException.class)
        .hasMessageContaining("\"a/m.safetensors\" is a safetensors file already")
        .hasMessageContaining("nothing needs converting: unpack it");
    TestConversion.of(temporary, Wrap.sevenZip(members("m.gz", Wrap.gzip(model))))
        .rejected(UnsupportedException.class)
        .hasMessageContaining("\"m.gz\" is a safetensors file already");
  }

  @Test
  void aCompressedSafetensorsFileIsReadAsOne() {
    TestConversion.of(temporary, Wrap.gzip(SafetensorsBytes.of("{}")))
        .rejected(UnsupportedException.class)
        .hasMessageContaining("there is no tensor in it");
  }

  private Plan plan(String source, byte[] archive) throws CheckpointException, IOException {
    Files.write(temporary.resolve("a.bin"), archive);
    return Converter.plan(temporary.resolve(source), ConvertOptions.STANDARD);
  }

  private AbstractThrowableAssert<?, ?> rejected(String source, byte[] archive) {
    return assertThatThrownBy(() -> plan(source, archive));
  }

  @Test
  void aMemberIsNamedBehindAnExclamationMark() throws Exception {
    byte[] archive = Wrap.sevenZip(members("m/a.pt", checkpoint("a", 1), "m/b.pt", weights()));
    assertThat(plan("a.bin!m/a.pt", archive).tensors())
        .extracting(tensor -> tensor.info().name())
        .containsExactly("a");
  }

  @Test
  void aMemberOfAMemberIsNamedBehindAnother() throws Exception {
    byte[] inner = Wrap.gzip(Wrap.tar(members("x.pt", checkpoint("x", 1), "y.pt", weights())));
    byte[] archive = Wrap.zip(members("in.tar.gz", inner, "z.pt", checkpoint("z", 1)));
    assertThat(plan("a.bin!in.tar.gz!x.pt", archive).tensors())
        .extracting(tensor -> tensor.info().name())
        .containsExactly("x");
  }

  @Test
  void aMemberThatIsAnArchiveIsLookedThrough() throws Exception {
    byte[] inner = Wrap.tar(members("x.pt", checkpoint("x", 1), "readme", TEXT));
    byte[] archive = Wrap.zip(members("in.tar", inner, "z.pt", checkpoint("z", 1)));
    assertThat(plan("a.bin!in.tar", archive).tensors())
        .extracting(tensor -> tensor.info().name())
        .containsExactly("x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"./m.pt", "m.pt", ".//m.pt"})
  void aLeadingDotMakesNoDifference(String name) throws Exception {
    assertThat(plan("a.bin!m.pt", Wrap.tar(members(name, weights()))).tensors()).hasSize(1);
  }

  @Test
  void aMembersNameMayHaveExclamationMarks() throws Exception {
    byte[] archive = Wrap.zip(members("m!x.pt", checkpoint("x", 1), "m", weights()));
    assertThat(plan("a.bin!m!x.pt", archive).tensors())
        .extracting(tensor -> tensor.info().name())
        .containsExactly("x");
  }

  @Test
  void aMembersNameIsNeverAPath() throws Exception {
    byte[] archive = Wrap.zip(members("../../etc/w.pt", checkpoint("x", 1), "/b.pt", weights()));
    assertThat(plan("a.bin!../../etc/w.pt", archive).tensors()).hasSize(1);
    assertThat(plan("a.bin!/b.pt", archive).tensors()).hasSize(1);
  }

  @Test
  void aFileWhoseOwnNameHasAnExclamationMarkComesFirst() throws Exception {
    Files.write(temporary.resolve("a.bin!w.pt"), checkpoint("own", 1));
    assertThat(plan("a.bin!w.pt", Wrap.zip(members("w.pt", weights()))).tensors())
        .extracting(tensor -> tensor.info().name())
        .containsExactly("own");
  }

  @Test
  void anArchiveMayHaveAnExclamationMarkInItsName() throws Exception {
    Files.write(temporary.resolve("b!.zip"), Wrap.zip(members("w.pt", weights())));
    Plan plan = Converter.plan(temporary.resolve("b!.zip!w.pt"), ConvertOptions.STANDARD);
    assertThat(plan.tensors()).hasSize(1);
  }

  @Test
  void aMissingMemberIsSaidWithThoseThatAreThere() {
    rejected("a.bin!c.pt", Wrap.zip(members("a.pt", weights(), "b.pt", weights())))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("there is no member \"c.pt\" in the archive; it holds: a.pt, b.pt");
  }

  @Test
  void aMemberOfWhatIsNoArchive() {
    rejected("a.bin!c.pt", Wrap.gzip(weights()))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("this is not an archive, so there is no member \"c.pt\" in it");
  }

  @Test
  void twoMembersOfOneNameAreAmbiguous() {
    byte[] one = Wrap.tar(members("w.pt", weights()));
    byte[] withoutEnd = Arrays.copyOf(one, 512 + (weights().length + 511) / 512 * 512);
    rejected("a.bin!w.pt", concat(withoutEnd, one))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("two members of the name \"w.pt\"");
  }

  @Test
  void thePlanSaysWhichMemberItIsOf() throws Exception {
    byte[] inner = Wrap.gzip(Wrap.tar(members("readme", TEXT, "x/y.pt", weights())));
    byte[] archive = Wrap.zip(members("in.tar.gz", inner));
    assertThat(plan("a.bin", archive).member()).isEqualTo("in.tar.gz!x/y.pt");
    assertThat(plan("a.bin!in.tar.gz", archive).member()).isEqualTo("in.tar.gz!x/y.pt");
    assertThat(plan("a.bin", Wrap.gzip(weights())).member()).isEmpty();
    assertThat(plan("a.bin", weights()).member()).isEmpty();
  }
}
