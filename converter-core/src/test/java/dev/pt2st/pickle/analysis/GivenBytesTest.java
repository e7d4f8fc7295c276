package dev.pt2st.pickle.analysis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.work.Deadline;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that a call gets may be a pickle, so they are told, however the stream writes them. */
class GivenBytesTest {
  private static List<String> given(String argument) {
    String stream = "\u0080\4cm\nf\n" + argument + "\u0085R.";
    ByteCursor in =
        new ByteCursor(
            MemorySegment.ofArray(stream.getBytes(ISO_8859_1)), Place.of(Path.of("test.pkl")));
    List<String> given = new ArrayList<>();
    GlobalTracer.reach(
        in,
        Limits.STANDARD,
        new Deadline(Limits.STANDARD),
        bytes -> {
          if (bytes.callee().toString().equals("m.f")) {
            given.add(new String(bytes.bytes().toArray(ValueLayout.JAVA_BYTE), ISO_8859_1));
          }
        });
    return given;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "C\3\200\2N",
        "B\3\0\0\0\200\2N",
        "\u008e\3\0\0\0\0\0\0\0\200\2N",
        "\u0096\3\0\0\0\0\0\0\0\200\2N",
        "U\3\200\2N",
        "T\3\0\0\0\200\2N",
        "S'\\x80\\x02N'\n",
        "c_codecs\nencode\nX\4\0\0\0\u00c2\200\2NX\6\0\0\0latin1\206R",
        "c_codecs\nencode\nV\\u0080\\u0002N\nVlatin1\n\206R",
        "c_codecs\nencode\nX\4\0\0\0\u00c2\200\2N\205R",
      })
  void bytesAreTold(String argument) {
    assertThat(given(argument)).containsExactly("\u0080\2N");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X\3\0\0\0abc",
        "Vabc\n",
        "K\1",
        "N",
        "c_codecs\ndecode\nX\3\0\0\0abc\205R",
        "c_codecs\nencode\nX\3\0\0\0\u00e2\u0082\u00ac\205R",
        "c_codecs\nencode\nK\1\205R",
        "c_codecs\nencode\n)R",
      })
  void nothingElseIs(String argument) {
    assertThat(given(argument)).isEmpty();
  }
}
