package dev.pt2st.checkpoint.script;

import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.object;
import static dev.pt2st.testing.Py.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.UnsupportedException;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import dev.pt2st.testing.ZipBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A module whose weights PyTorch has left out is not converted as if the rest were all. The code of
 * a TorchScript archive says so, and is searched for nothing else.
 */
class ScriptCodeTest {
  private static final String LOST = "_0 = ops.prim.ConstantMKLDNNTensor()\n";

  @TempDir Path temporary;

  private TestConversion convert(String code, boolean deflated) {
    Torch torch = new Torch();
    ZipBuilder archive =
        torch
            .zipOf(object("__torch__.M", dict("w", torch.tensor(1))))
            .stored("archive/constants.pkl", Py.pickle(tuple()));
    String name = "archive/code/__torch__.py";
    byte[] bytes = code.getBytes(StandardCharsets.US_ASCII);
    if (deflated) {
      archive.deflated(name, bytes, entry -> {});
    } else {
      archive.stored(name, bytes);
    }
    return TestConversion.of(temporary, archive.build());
  }

  /** Compressed code comes in pieces, one of which may end within the call. */
  @ParameterizedTest
  @ValueSource(ints = {0, 65_500, 65_520, 65_530})
  void weightsThatAreNotInTheFileAreCounted(int before) {
    String code = "#".repeat(before) + LOST + "_1 = prim.Constantprim.ConstantMKLDNNTensor()";
    for (boolean deflated : new boolean[] {false, true}) {
      convert(code, deflated)
          .rejected(UnsupportedException.class)
          .hasMessageContaining("torch.jit.optimize_for_inference has changed")
          .hasMessageContaining("2 tensors are not in the file; convert the module as it was");
    }
  }

  @Test
  void ofOtherCodeNothingIsAsked() throws Exception {
    String code = "self.prim.ConstantMKLDNN, ConstantMKLDNNTensor(";
    assertThat(convert(code, true).names()).containsExactly("w");
    byte[] damaged = {(byte) 0xff, 1};
    Torch torch = new Torch();
    byte[] archive =
        torch
            .zipOf(object("__torch__.M", dict("w", torch.tensor(1))))
            .stored("archive/constants.pkl", Py.pickle(tuple()))
            .stored(
                "archive/code/__torch__.py",
                damaged,
                entry ->
                    entry.both(header -> {
                      header.method = 8;
                      header.size = 100;
                    }))
            .build();
    assertThat(TestConversion.of(temporary, archive).names()).containsExactly("w");
  }
}
