package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
