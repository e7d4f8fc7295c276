package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A call of an object runs what the stream has given it, so that a listed function gets arguments
 * that nobody has looked at.
 */
class CalledObjectsTest {
  private static final String LAYER = "ctorch.nn.modules.linear\nLinear\n)\u0081";

  /** The layer, with a listed function as an attribute. */
  private static final String ARMED = LAYER + "(dVforward\ncnumpy\ndtype\nsb";

  private static final String ARGUMENTS = "(VV8\nI00\nI01\nt";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        ARMED + ARGUMENTS + "R.",
        ARMED + ARGUMENTS + "\u0081.",
        ARMED + ARGUMENTS + "(d\u0092.",
        "(" + ARMED + "VV8\no.",
        "ccopyreg\n__newobj__\n(" + ARMED + "tR.",
        "ccopyreg\n_reconstructor\n(" + ARMED + "cbuiltins\nobject\nNtR.",
      })
  void anObjectOfAListedClassIsNoFunctionAndNoClass(String pickle) throws IOException {
    assertThat(scan(pickle)).isEqualTo(Verdict.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ctorch._tensor\n_rebuild_from_type_v2\n(cnumpy\ndtype\ncnumpy\ndtype\n"
            + ARGUMENTS
            + "(dtR.",
        "ctorch._tensor\n_rebuild_from_type_v2\n(cargparse\nNamespace\nctorch\nTensor\n(t(dtR.",
        "ctorch._utils\n_rebuild_parameter\n(" + ARMED + "I01\n(dtR.",
      })
  void aTensorIsRebuiltFromATensorAlone(String pickle) throws IOException {
    assertThat(scan(pickle)).isEqualTo(Verdict.MALFORMED);
  }

  /** A library calls what it finds under the name of a method, in a hook or as a factory. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "](%se.",
        "]%sa.",
        "(%sl.",
        "}Vk\n%ss.",
        "}%sVv\ns.",
        "}(Vk\n%su.",
        "(Vk\n%sd.",
        "]0\u008f(%s\u0090.",
        "(%s\u0091.",
        "](%sta.",
        "]((%stta.",
        "ccollections\ndefaultdict\n(%stR.",
        "ccollections\ndeque\n(%stR.",
        "ccollections\nOrderedDict\n)R(%sVv\ntb.",
        "cargparse\nNamespace\n)\u0081(dVx\n%ssb.",
        "cargparse\nNamespace\n)\u0081%sb.",
        "cargparse\nNamespace\n%s\u0085\u0081.",
        "(cargparse\nNamespace\n%so.",
        "(%siargparse\nNamespace\n.",
        LAYER + "(dVforward\n%ssb.",
        LAYER + "(dV_modules\n(dVappend\n%sssb.",
        "%sQ.",
      })
  void aFunctionThatPicklesOnlyCallIsNoValue(String pickle) throws IOException {
    for (String function :
        List.of(
            "ctorch.storage\n_load_from_bytes\n",
            "ctorch._utils\n_rebuild_tensor_v2\n",
            "c_codecs\nencode\n",
            "ccopyreg\n__newobj__\n",
            "ccopyreg\n_reconstructor\n",
            "cnumpy.core.multiarray\nscalar\n",
            "cre\n_compile\n",
            "ctorch.serialization\n_get_layout\n")) {
      assertThat(scan(pickle.replace("%s", function))).as(function).isEqualTo(Verdict.MALFORMED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cbuiltins\nlist\n", "cnumpy\ndtype\n", "ctorch.nn.functional\nrelu\n"})
  void classesAndFunctionsOfLayersMayBeValues(String value) throws IOException {
    assertThat(scan("]" + value + "a.")).isEqualTo(Verdict.SAFE);
  }

  /** {@code Module.__setstate__} is {@code self.__dict__.update(state)}, which takes pairs too. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "((Va\nNtlb.",
        "(Va\nVb\ntb.",
        "((dVa\nVb\ns(dVc\nVd\nstb.",
        "(dK\1Nsb.",
        "(dcargparse\nNamespace\n)\u0081Nsb.",
        "Na.",
        "(Ne.",
        "Vk\nNs.",
        "(Vk\nNu.",
        "(N\u0090.",
      })
  void aModuleGetsADictOfAttributesAndNoItems(String change) throws IOException {
    assertThat(scan(LAYER + change)).isEqualTo(Verdict.MALFORMED);
    assertThat(scan(LAYER + "(dVa\nNsb.")).isEqualTo(Verdict.SAFE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"(dVa\nNsb.", "(lb.", "(NNtb.", "(NNNNtb.", "(NNNNNtb.", "(NNNNNNtb.", "Vx\nb."})
  void aTensorGetsTheStatesThatPyTorchWrites(String state) throws IOException {
    assertThat(scan("ctorch\nTensor\n)R" + state)).isEqualTo(Verdict.MALFORMED);
    assertThat(scan("ctorch\nTensor\n)R(I00\nI00\nccollections\nOrderedDict\n)Rtb."))
        .isEqualTo(Verdict.SAFE);
  }

  @Test
  void theBaseOfAnObjectIsAClass() throws IOException {
    String object = "cargparse\nNamespace\n)\u0081";
    String start = "ccopyreg\n_reconstructor\n(cargparse\nNamespace\n";
    assertThat(scan(start + object + "NtR.")).isEqualTo(Verdict.MALFORMED);
    assertThat(scan(start + "Vx\nNtR.")).isEqualTo(Verdict.MALFORMED);
    assertThat(scan(start + "cbuiltins\nobject\nNtR.")).isEqualTo(Verdict.SAFE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ccopyreg\n__newobj__\n", "ctorch._tensor\n_rebuild_from_type_v2\n"})
  void callsOfCallsDoNotRecur(String function) throws IOException {
    int depth = 60_000;
    String nested =
        (function + "(").repeat(1) + (function + "p0\n").repeat(1) + "g0\n".repeat(depth) + "tR.";
    assertThat(scan(nested)).isEqualTo(Verdict.MALFORMED);
  }

  @Test
  void withoutACallTheAttributeIsData() throws IOException {
    assertThat(scan(ARMED + ".")).isEqualTo(Verdict.SAFE);
  }

  private Verdict scan(String pickle) throws IOException {
    Path file = folder.resolve("m.pkl");
    Files.write(file, pickle.getBytes(StandardCharsets.ISO_8859_1));
    return new FileScanner(ScanOptions.STANDARD).scan(file).verdict();
  }
}
