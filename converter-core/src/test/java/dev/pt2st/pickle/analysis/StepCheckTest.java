package dev.pt2st.pickle.analysis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.TracedGlobal;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.work.Deadline;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A call behind a step counts if one of the unpicklers of CPython may take the step, and not if
 * none does.
 */
class StepCheckTest {
  private static List<String> reached(String step) {
    // Neither a protocol nor an end, so that only what is reached counts.
    String stream = step + "0cos\nsystem\n(S'id'\ntR0";
    ByteCursor in =
        new ByteCursor(
            MemorySegment.ofArray(stream.getBytes(ISO_8859_1)), Place.of(Path.of("test.pkl")));
    Deadline deadline = new Deadline(Limits.STANDARD);
    return GlobalTracer.reach(in, Limits.STANDARD, deadline, bytes -> {}).counting().stream()
        .map(TracedGlobal::name)
        .map(Object::toString)
        .filter(name -> name.equals("os.system"))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "N",
        "\u0096\1\0\0\0\0\0\0\0a\u0098", // READONLY_BUFFER of a bytearray
        "C\1a\u0098",
        "U\1a\u0098",
        "cm\nx\n\u0098",
        "}}b", // an empty state is set on anything
        "})b",
        "}Nb",
        "}(NNtb",
        "}(}Ntb",
        "cm\nx\n}b",
        "(K\1\u0091", // FROZENSET
        "(NX\1\0\0\0aK\1\u0085\u0091",
        "\u008f(K\1K\2\u0090", // ADDITEMS
        "\u008f(\u0090",
        "cm\nx\n(K\1\u0090",
        "](K\1e",
        "]K\1a",
        "\u0096\1\0\0\0\0\0\0\0aK\1a",
        "N(e",
        "}(K\1K\2u",
        "}K\1K\2s",
        "]K\1aK\0K\2s",
        "(K\1K\2d",
        "P1\n",
        "(K\1tQ",
        "K\1Q",
        "}U\0b", // what is false is no state to pickle.py
        "}S''\nb",
        "}X\0\0\0\0b",
        "}C\0b",
        "}]b",
        "}K\0b",
        "V\\u0041\\uDFfe\n",
        "V\\U0010FFff\\U0001f600\\U00000000\n",
        "V\\x\n",
        "X\2\0\0\0\u00c2\u0080",
        "X\2\0\0\0\u00df\u00bf",
        "X\3\0\0\0\u00e0\u00a0\u0080",
        "X\3\0\0\0\u00ed\u00a0\u0080", // a surrogate
        "X\3\0\0\0\u00ef\u00bf\u00bf",
        "X\4\0\0\0\u00f0\u0090\u0080\u0080",
        "X\4\0\0\0\u00f4\u008f\u00bf\u00bf",
      })
  void whatAnUnpicklerTakesIsPassed(String step) {
    assertThat(reached(step)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "N\u0098",
        "K\1\u0098",
        "X\1\0\0\0a\u0098",
        "}(NNNtb",
        "(]\u0091",
        "(}\u0091",
        "\u008f(]\u0090",
        "N(K\1\u0090",
        "N(K\1e",
        "(]K\1d",
        "(K\1d",
        "}(]K\1u",
        "NK\1K\2s",
        "NQ",
        "]Q",
        "\u0097", // NEXT_BUFFER
        "}U\1ab",
        "}S'a'\nb",
        "}X\1\0\0\0ab",
        "V\\u004\n",
        "V\\u004g\n",
        "V\\u004\u00e9\n",
        "V\\U00110000\n",
        "V\\U0020FFFF\n",
        "V\\U01000000\n",
        "V\\U10000000\n",
        "X\1\0\0\0\u00c2",
        "X\1\0\0\0\u0080",
        "X\2\0\0\0\u00c1\u0080",
        "X\2\0\0\0\u00c2\u00c0",
        "X\3\0\0\0\u00e0\u009f\u0080",
        "X\4\0\0\0\u00f0\u008f\u0080\u0080",
        "X\4\0\0\0\u00f4\u0090\u0080\u0080",
        "X\4\0\0\0\u00f5\u0080\u0080\u0080",
      })
  void whatNoneTakesIsNot(String step) {
    assertThat(reached(step)).isEmpty();
  }
}
