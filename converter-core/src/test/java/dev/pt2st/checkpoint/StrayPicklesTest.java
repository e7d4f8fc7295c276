package dev.pt2st.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.RefusedException;
import dev.pt2st.RefusedGlobal;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import dev.pt2st.testing.ZipBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pickle beside the checkpoint in its archive: what it names must be listed or accepted too. */
class StrayPicklesTest {
  private static final String CALL = "cos\nsystem\n(S'id'\ntR.";

  @TempDir Path temporary;

  private final Torch torch = new Torch();

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private TestConversion with(String entry, String content) {
    ZipBuilder zip = torch.zipOf(torch.tensor(1)).stored(entry, bytes(content));
    return TestConversion.of(temporary, zip.build());
  }

  private static void isRefused(TestConversion conversion) {
    conversion
        .rejected(RefusedException.class)
        .hasMessageContaining("os.system")
        .hasMessageContaining("do not load this file")
        .hasMessageNotContaining("accept");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"archive/extra.pkl", "archive/notes.txt", "other/x", "archive/data/9", "x"})
  void isFoundUnderAnyName(String entry) {
    isRefused(with(entry, "\u0080\2" + CALL));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {CALL, "\u0080\4cos\nsystem\n.", "\u0080\2cos\nsystem\n\u00ff", "0" + CALL})
  void isFoundHoweverItBeginsAndEnds(String content) {
    if (content.startsWith("0")) {
      // An unpickler stops at once, and without PROTO nothing says that this is a pickle.
      assertThat(convertedNames(with("archive/x", content))).containsExactly("tensor");
    } else {
      isRefused(with("archive/x", content));
    }
  }

  @Test
  void isFoundInACompressedRecord() {
    byte[] pickle = bytes("\u0080\2" + CALL + " ".repeat(1000));
    for (String name : new String[] {"archive/x", "archive/data/x"}) {
      ZipBuilder zip = torch.zipOf(torch.tensor(1)).deflated(name, pickle, entry -> {});
      isRefused(TestConversion.of(temporary, zip.build()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "class Net(Module):\n  __parameters__ = []\n",
        "(c) 2020 Someone\nAll rights reserved\nof the owner\n",
        "cat\ndog\nmouse\n",
        "I have a dream.",
        "N.",
        "",
        "\u0080\2}.",
        "\u0080\2ccollections\nOrderedDict\n)R."
      })
  void textsAndListedNamesDoNoHarm(String content) {
    assertThat(convertedNames(with("archive/x", content))).containsExactly("tensor");
  }

  @Test
  void isAcceptedLikeAnyOther() throws Exception {
    TestConversion conversion = with("archive/x", CALL);
    assertThat(
            conversion
                .with(
                    ConvertOptions.STANDARD.withRead(
                        ReadOptions.STANDARD.withPolicy(Policy.STANDARD.allow("os.system"))))
                .plan()
                .inert())
        .extracting(RefusedGlobal::name)
        .containsExactly("os.system");
    assertThat(
            conversion
                .with(
                    ConvertOptions.STANDARD.withRead(
                        ReadOptions.STANDARD.withPolicy(Policy.STANDARD.allowAll())))
                .plan()
                .inert())
        .hasSize(1);
  }

  @Test
  void isRefusedAlsoWhereItIsOnlyNamed() {
    with("archive/x", "\u0080\2czoo\nNet\n.")
        .rejected(RefusedException.class)
        .hasMessageContaining("zoo.Net");
  }

  private static java.util.List<String> convertedNames(TestConversion conversion) {
    try {
      return conversion.names();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
