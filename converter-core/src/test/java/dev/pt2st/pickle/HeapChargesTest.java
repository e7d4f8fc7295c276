package dev.pt2st.pickle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.testing.PlainDomain;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a stream has the machine keep is charged, by each opcode that keeps something. */
class HeapChargesTest {
  private static final int FEW = 100;
  private static final int MANY = 300;

  private static final long SLOT = HeapBudget.SLOT;
  private static final long OBJECT = HeapBudget.OBJECT;
  private static final long CONTAINER = HeapBudget.CONTAINER;
  private static final long MAP_ENTRY = HeapBudget.MAP_ENTRY;
  private static final long LONG_KEY = 64;
  private static final String CLASS = "cab\ncd\n";
  private static final long NAME = OBJECT + "abcd".length();

  static Stream<Arguments> streams() {
    return Stream.of(
        Arguments.of("LIST", "(", "N", "l", 2 * SLOT),
        Arguments.of("TUPLE", "(", "N", "t", 2 * SLOT),
        Arguments.of("APPEND", "]", "Na", "", 2 * SLOT),
        Arguments.of("APPENDS", "](", "N", "e", 2 * SLOT),
        Arguments.of("SETITEM", "}", "K\1Ns", "", OBJECT + SLOT + MAP_ENTRY),
        Arguments.of("SETITEMS", "}(", "K\1N", "u", OBJECT + SLOT + MAP_ENTRY),
        Arguments.of("DICT", "(", "K\1N", "d", OBJECT + SLOT + MAP_ENTRY),
        Arguments.of("ADDITEMS", "\u008f(", "K\1", "\u0090", OBJECT + MAP_ENTRY),
        Arguments.of(
            "ADDITEMS of long texts",
            "\u008f(",
            "\u008c\u00c8" + "a".repeat(200),
            "\u0090",
            200 + OBJECT + MAP_ENTRY + 200 - LONG_KEY),
        Arguments.of("FROZENSET", "(", "K\1", "\u0091", OBJECT + MAP_ENTRY),
        Arguments.of("MARK", "", "(", "t", SLOT),
        Arguments.of("DUP", "N", "2", "", SLOT),
        Arguments.of("MEMOIZE", "N", "\u0094", "", 2 * SLOT),
        Arguments.of("BINGET", "N\u0094", "h\0", "", SLOT),
        Arguments.of("EMPTY_LIST", "", "]0", "N", CONTAINER),
        Arguments.of("TUPLE1", "", "N\u00850", "N", SLOT + OBJECT + SLOT),
        Arguments.of("TUPLE3", "", "NNN\u00870", "N", 3 * SLOT + OBJECT + 3 * SLOT),
        Arguments.of("LONG1", "", "\u008a\4aaaa0", "N", 4 + OBJECT),
        Arguments.of("INT", "", "I12345\n0", "N", 5 + OBJECT),
        Arguments.of("SHORT_BINUNICODE", "", "\u008c\4abcd0", "N", 4 + OBJECT),
        Arguments.of("UNICODE", "", "Vabcd\n0", "N", 4 + OBJECT),
        Arguments.of("STRING", "", "S'abcd'\n0", "N", 6 + OBJECT),
        Arguments.of("SHORT_BINSTRING", "", "U\4abcd0", "N", 4 + OBJECT),
        Arguments.of("GLOBAL", "", CLASS + "0", "N", NAME + 4),
        Arguments.of("REDUCE", "", CLASS + ")R0", "N", NAME + 4 + SLOT + CONTAINER),
        Arguments.of(
            "REDUCE of two",
            "",
            CLASS + "NN\u0086R0",
            "N",
            NAME + 4 + 2 * SLOT + OBJECT + 2 * SLOT + CONTAINER + 2 * SLOT),
        Arguments.of("NEWOBJ", "", CLASS + ")\u00810", "N", NAME + 4 + SLOT + CONTAINER),
        Arguments.of(
            "NEWOBJ of two",
            "",
            CLASS + "NN\u0086\u00810",
            "N",
            NAME + 4 + 2 * SLOT + OBJECT + 2 * SLOT + CONTAINER + 2 * SLOT),
        Arguments.of("BUILD", CLASS + ")R", "}b", "", CONTAINER + SLOT),
        Arguments.of(
            "BUILD of a key",
            CLASS + ")R",
            "}K\1Nsb",
            "",
            CONTAINER + OBJECT + SLOT + MAP_ENTRY + SLOT + MAP_ENTRY));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("streams")
  void eachItemIsCharged(String name, String before, String item, String after, long each)
      throws CheckpointException {
    long few = charged(before + item.repeat(FEW) + after + ".");
    long many = charged(before + item.repeat(MANY) + after + ".");
    assertThat((many - few) / (double) (MANY - FEW)).isEqualTo((double) each);
  }

  /** The smallest limit under which a stream is read. */
  private static long charged(String stream) throws CheckpointException {
    long low = 0;
    long high = 1 << 20;
    assertThat(fits(stream, high)).isTrue();
    while (high - low > 1) {
      long middle = (low + high) / 2;
      if (fits(stream, middle)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  private static boolean fits(String stream, long most) throws CheckpointException {
    try {
      PlainDomain.load(stream.getBytes(ISO_8859_1), Limits.STANDARD.with(Limit.HEAP_BYTES, most));
      return true;
    } catch (LimitException e) {
      return false;
    }
  }
}
