package dev.pt2st.checkpoint;

import static dev.pt2st.testing.Py.call;
import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.instance;
import static dev.pt2st.testing.Py.list;
import static dev.pt2st.testing.Py.object;
import static dev.pt2st.testing.Py.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.MalformedException;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.RefusedException;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import dev.pt2st.testing.ZipBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A TorchScript archive gives the parameters and buffers of its module, though the classes that say
 * which these are stand in code that is never read.
 */
class TorchScriptTest {
  private static final String MODULE = "__torch__.M";

  @TempDir Path temporary;

  private final Torch torch = new Torch();

  private TestConversion convert(@Nullable Object top, @Nullable Object constants) {
    return TestConversion.of(temporary, archive(top, constants).build());
  }

  private TestConversion convert(@Nullable Object top) {
    return convert(top, tuple());
  }

  /** Code that is not Python: it is there, and that is all that counts. */
  private ZipBuilder archive(@Nullable Object top, @Nullable Object constants) {
    return torch
        .zipOf(top)
        .stored("archive/constants.pkl", Py.pickle(constants))
        .stored("archive/constants/0", new byte[8])
        .stored("archive/code/__torch__.py", "\0".getBytes(StandardCharsets.UTF_8));
  }

  private Object tensor() {
    return torch.tensor(1, 2);
  }

  /** A tensor in {@code constants/0}. */
  private static Object constant() {
    return Torch.view(Torch.id("FloatStorage", "0", 2), 0, tuple(2), tuple(1));
  }

  /** What is said to be left out, with the number of its tensors and their bytes. */
  private static List<String> leftOut(TestConversion conversion) throws Exception {
    return conversion.plan().leftOut().stream()
        .map(left -> left.key() + ": " + left.tensors() + " of " + left.bytes())
        .toList();
  }

  @Test
  void parametersAndBuffersComeBeforeTrainingAndOtherTensorsBehind() throws Exception {
    Object below = object(MODULE, dict("b", tensor(), "training", false, "plain", tensor()));
    Object top =
        object(
            MODULE,
            dict("w", tensor(), "none", null, "training", true, "plain", tensor(), "m", below));
    TestConversion conversion = convert(top);
    assertThat(conversion.names()).containsExactly("m.b", "w");
    assertThat(leftOut(conversion))
        .containsExactly("plain: 1 of 8", "m (beside its parameters and buffers): 1 of 8");
    assertThat(conversion.root("all").names()).containsExactly("m.b", "m.plain", "plain", "w");
    assertThat(conversion.root("m").names()).containsExactly("b");
  }

  @Test
  void whereNoTensorComesBeforeTrainingEachIsAParameter() throws Exception {
    // As C++ writes a module.
    Object below = object(MODULE, dict("training", false, "b", tensor()));
    Object top = object(MODULE, dict("training", true, "w", tensor(), "m", below));
    assertThat(convert(top).names()).containsExactly("m.b", "w");
  }

  @Test
  void whereTheTopIsNotTrainedEveryObjectIsAModule() throws Exception {
    Object top = object(MODULE, dict("w", tensor(), "m", object(MODULE, dict("b", tensor()))));
    assertThat(convert(top).names()).containsExactly("m.b", "w");
  }

  @Test
  void anObjectWithoutTrainingIsNoModuleBesideThoseThatHaveIt() throws Exception {
    Object held = object(MODULE, dict("t", tensor()));
    Object top =
        object(MODULE, dict("w", tensor(), "training", true, "held", held, "l", list(tensor())));
    TestConversion conversion = convert(top);
    assertThat(conversion.names()).containsExactly("w");
    assertThat(conversion.root("all").names()).containsExactly("held.t", "l.0", "w");
  }

  @Test
  void aModuleInTwoPlacesHasTwoNames() throws Exception {
    Object below = object(MODULE, dict("w", tensor(), "training", true));
    assertThat(convert(object(MODULE, dict("training", true, "a", below, "b", below))).names())
        .containsExactly("a.w", "b.w");
  }

  @Test
  void aStateThatIsNoDictIsAPartOfTheModel() throws Exception {
    Object packed =
        object(
            "__torch__.torch.classes.quantized.LinearPackedParamsBase", tuple(tensor(), tensor()));
    Object single = object("__torch__.torch.classes.zoo.One", tensor());
    Object top =
        object(MODULE, dict("w", tensor(), "training", true, "packed", packed, "one", single));
    assertThat(convert(top).names()).containsExactly("one.0", "packed.0", "packed.1", "w");
  }

  @Test
  void quantizedModulesHaveTheNamesOfTheirOwnStateDict() throws Exception {
    String linear =
        "__torch__.torch.nn.quantized.modules.linear.___torch_mangle_3.LinearPackedParams";
    String convolution = "__torch__.torch.ao.nn.quantized.modules.conv.Conv2d";
    Object conv =
        object(
            convolution,
            tuple(1, 2, 3, 4, 5, 6, false, 8, 1, "zeros", tensor(), tensor(), 0.5, 0, true));
    Object fc = object(linear, tuple(tensor(), tensor(), true, 12));
    Object other = object(linear, tuple(1, tensor()));
    ZipBuilder zip =
        archive(object(MODULE, dict("conv", conv, "fc", fc, "other", other)), tuple())
            .stored(code(linear), new byte[0])
            .stored(code(convolution), new byte[0]);
    assertThat(TestConversion.of(temporary, zip.build()).names())
        .containsExactly(
            "conv.bias", "conv.weight", "fc._packed_params.0", "fc._packed_params.1", "other.1");
  }

  /** The record that declares a class. */
  private static String code(String type) {
    return "archive/code/" + type.substring(0, type.lastIndexOf('.')).replace('.', '/') + ".py";
  }

  @Test
  void constantsAreTheirOwnPartUnderTheNamesOfTheCode() throws Exception {
    Object top = object(MODULE, dict("w", tensor(), "training", true));
    TestConversion conversion = convert(top, tuple(1, constant()));
    assertThat(conversion.names()).containsExactly("w");
    assertThat(leftOut(conversion)).containsExactly("CONSTANTS: 1 of 8");
    assertThat(conversion.root("all").names()).containsExactly("CONSTANTS.c1", "w");
    assertThat(conversion.root("CONSTANTS").tensors())
        .containsEntry("c1", "F32[2] 0000000000000000");
  }

  /** C++ names a storage after its scalar type, and Python has no class for most of these. */
  @ParameterizedTest
  @CsvSource({
    "UInt16Storage, U16, 2",
    "UInt32Storage, U32, 1",
    "Float8_e4m3fnStorage, F8_E4M3, 4",
    "Float8_e5m2fnuzStorage, F8_E5M2FNUZ, 4",
    "Float8_e8m0fnuStorage, F8_E8M0, 4",
  })
  void theStorageOfEveryDtypeIsKnown(String storage, String dtype, int elements) throws Exception {
    byte[] bytes = {1, 2, 3, 4};
    Object tensor =
        Torch.view(torch.storage(storage, bytes, elements), 0, tuple(elements), tuple(1));
    assertThat(convert(object(MODULE, dict("w", tensor))).tensors())
        .containsExactly(Map.entry("w", dtype + "[" + elements + "] 01020304"));
    TestConversion.of(temporary, torch.zip(tensor)).rejected(MalformedException.class);
  }

  @Test
  void aModuleWithoutParametersGivesItsConstants() throws Exception {
    assertThat(convert(object(MODULE, dict("training", false)), tuple(constant())).names())
        .containsExactly("CONSTANTS.c0");
    assertThat(convert(object(MODULE, tuple(tensor())), tuple(constant())).names())
        .containsExactly("CONSTANTS.c0", "data.0");
  }

  @Test
  void anAttributeWithTheNameOfTheConstantsIsRefused() {
    convert(object(MODULE, dict("CONSTANTS", tensor())), tuple(constant()))
        .rejected(RefusedException.class)
        .hasMessageContaining("the module has an attribute CONSTANTS");
  }

  @Test
  void listsHaveTheirTypeRestored() throws Exception {
    Object lists =
        dict(
            "a", call("torch.jit._pickle.build_tensorlist", list(tensor())),
            "b",
                call(
                    "torch.jit._pickle.restore_type_tag", dict("c", tensor()), "Dict[str, Tensor]"),
            "d", call("torch.jit._pickle.build_intlist", list(1)),
            "e", call("torch.jit._pickle.build_boollist", list(true)),
            "f", call("torch.jit._pickle.build_doublelist", list(1.0)));
    assertThat(convert(object(MODULE, lists)).root("all").names()).containsExactly("a.0", "b.c");
    convert(call("torch.jit._pickle.build_intlist"))
        .rejected(MalformedException.class)
        .hasMessageContaining("called without arguments");
    convert(call("torch.jit._pickle.build_tensor_from_id", 0))
        .rejected(MalformedException.class)
        .hasMessageContaining("not among the 0 of the archive's table");
  }

  @Test
  void anEnumIsCalledWithItsValueAlone() throws Exception {
    Object value = new Py.Raw("c__torch__\nColor\nK\1R");
    assertThat(convert(object(MODULE, dict("w", tensor(), "color", value))).names())
        .containsExactly("w");
    // Python's unpickler takes no such call, so a plain checkpoint has none.
    TestConversion.of(temporary, torch.zip(new Py.Raw("c__torch__\nColor\nK\1R")))
        .rejected(MalformedException.class)
        .hasMessageContaining("arguments that are not a tuple");
  }

  @ParameterizedTest
  @ValueSource(strings = {"__torch__.zoo.M", "__torch__x.M", "zoo.M", "torch.jit._pickle.M"})
  void aClassThatTheArchiveDoesNotDeclareIsRefused(String type) throws Exception {
    Object below = instance(type);
    Object top =
        object(MODULE, dict("training", true, "m", new Py.Built(below, dict("w", tensor()))));
    TestConversion conversion = convert(top);
    conversion.rejected(RefusedException.class).hasMessageContaining(type);
    assertThat(
            conversion
                .with(
                    ConvertOptions.STANDARD.withRead(
                        ReadOptions.STANDARD.withPolicy(Policy.STANDARD.allow(type))))
                .names())
        .containsExactly("m.w");
  }

  @Test
  void theNamesOfAnArchiveAreKnownInNoOtherLayout() {
    Policy strict = Policy.STANDARD.strict();
    TestConversion.of(temporary, torch.zip(object(MODULE, dict("w", tensor()))))
        .with(ConvertOptions.STANDARD.withRead(ReadOptions.STANDARD.withPolicy(strict)))
        .rejected(RefusedException.class)
        .hasMessageContaining(MODULE);
    TestConversion.of(
            temporary, torch.zip(dict("l", call("torch.jit._pickle.build_intlist", list(1)))))
        .rejected(RefusedException.class)
        .hasMessageContaining("build_intlist");
  }

  @Test
  void aCallInAnyPickleOfTheArchiveIsRefused() {
    Object top = object(MODULE, dict("w", tensor()));
    convert(top, tuple(call("os.system", "id")))
        .rejected(RefusedException.class)
        .hasMessageContaining("os.system");
    ZipBuilder zip =
        archive(top, tuple()).stored("archive/bytecode.pkl", Py.pickle(call("posix.system", "id")));
    TestConversion.of(temporary, zip.build())
        .rejected(RefusedException.class)
        .hasMessageContaining("posix.system");
  }

  @Test
  void aSecondStateIsMalformed() {
    Object twice = new Py.Built(object(MODULE, dict("w", tensor())), dict("v", tensor()));
    convert(twice).rejected(MalformedException.class).hasMessageContaining("BUILD");
  }

  @Test
  void aConstantWithoutItsRecordIsMalformed() {
    Object missing = Torch.view(Torch.id("FloatStorage", "7", 2), 0, tuple(2), tuple(1));
    convert(object(MODULE, dict()), tuple(missing))
        .rejected(MalformedException.class)
        .hasMessageContaining("the archive has no record constants/7");
  }

  @Test
  void aModuleThatHoldsItselfIsNamedOnce() throws Exception {
    Py.Instance self = instance(MODULE);
    assertThat(convert(new Py.Built(self, dict("w", tensor(), "me", self))).names())
        .containsExactly("w");
  }
}
