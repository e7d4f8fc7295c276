package dev.pt2st.pickle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.Remedy;
import dev.pt2st.testing.PlainDomain;
import dev.pt2st.testing.Repr;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a stream holds, reading it ends, in bounded memory, with a value or with words. */
class UnpicklerLimitsTest {
  private static final int DEEP = 200_000;

  /** pickle.dumps({'a': [1, -2.5, None, (True, b'x')], 'b': {2 ** 70, 'é'}}), protocols 0 to 5. */
  private static final String[] WRITTEN_BY_PYTHON = {
    "286470300a56610a70310a286c70320a49310a61462d322e350a614e61284930310a635f636f64656373"
        + "0a656e636f64650a70330a2856780a70340a566c6174696e310a70350a7470360a5270370a7470380a61"
        + "7356620a70390a635f5f6275696c74696e5f5f0a7365740a7031300a28286c7031310a4c313138303539"
        + "313632303731373431313330333432344c0a6156e90a7031320a61747031330a527031340a732e",
    "7d71002858010000006171015d7102284b0147c0040000000000004e284930310a635f636f646563730a"
        + "656e636f64650a710328580100000078710458060000006c6174696e3171057471065271077471086558"
        + "01000000627109635f5f6275696c74696e5f5f0a7365740a710a285d710b284c31313830353931363230"
        + "3731373431313330333432344c0a5802000000c3a9710c6574710d52710e752e",
    "80027d71002858010000006171015d7102284b0147c0040000000000004e88635f636f646563730a656e"
        + "636f64650a7103580100000078710458060000006c6174696e3171058671065271078671086558010000"
        + "00627109635f5f6275696c74696e5f5f0a7365740a710a5d710b288a0900000000000000004058020000"
        + "00c3a9710c6585710d52710e752e",
    "80037d71002858010000006171015d7102284b0147c0040000000000004e884301787103867104655801"
        + "000000627105636275696c74696e730a7365740a71065d7107288a090000000000000000405802000000"
        + "c3a971086585710952710a752e",
    "80049538000000000000007d94288c0161945d94284b0147c0040000000000004e88430178948694658c"
        + "0162948f94288a090000000000000000408c02c3a99490752e",
    "80059538000000000000007d94288c0161945d94284b0147c0040000000000004e88430178948694658c"
        + "0162948f94288a090000000000000000408c02c3a99490752e",
  };

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void aPickleThatIsCutAnywhereIsMalformed(int protocol) throws Exception {
    byte[] whole = HexFormat.of().parseHex(WRITTEN_BY_PYTHON[protocol]);
    assertThat(PlainDomain.load(whole, Limits.STANDARD)).isInstanceOf(DictValue.class);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> PlainDomain.load(cut, Limits.STANDARD))
          .isInstanceOf(CheckpointException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void aPickleWithDamagedBytesGivesAValueOrAComplaint(int protocol) {
    byte[] whole = HexFormat.of().parseHex(WRITTEN_BY_PYTHON[protocol]);
    Random random = new Random(protocol);
    for (int i = 0; i < 3000; i++) {
      byte[] damaged = whole.clone();
      for (int k = random.nextInt(1, 4); k > 0; k--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      assertValueOrComplaint(damaged);
    }
  }

  @Test
  void anyBytesGiveAValueOrAComplaint() {
    byte[] opcodes =
        "(.0123456789FIJKLMNPQRSTUVXabcdegGhijlopqrstu})]B\n\u0080\u0081\u0085\u0086\u0087\u0088"
            .concat("\u0089\u008a\u008c\u008f\u0090\u0091\u0092\u0093\u0094\u0095\0\1\2")
            .getBytes(ISO_8859_1);
    Random random = new Random(42);
    for (int i = 0; i < 20_000; i++) {
      byte[] stream = new byte[random.nextInt(1, 40)];
      for (int k = 0; k < stream.length; k++) {
        stream[k] = opcodes[random.nextInt(opcodes.length)];
      }
      assertValueOrComplaint(stream);
    }
  }

  private static void assertValueOrComplaint(byte[] stream) {
    try {
      PlainDomain.load(stream, Limits.STANDARD);
    } catch (CheckpointException e) {
      assertThat(e.problem()).isNotEmpty();
    } catch (RuntimeException | Error e) {
      throw new AssertionError(HexFormat.of().formatHex(stream), e);
    }
  }

  @Test
  void deepNestingDoesNotOverflowTheStack() {
    for (String stream :
        new String[] {
          "N" + "\u0085".repeat(DEEP),
          "(".repeat(DEEP) + "N" + "t".repeat(DEEP),
          "(".repeat(DEEP) + "N" + "l".repeat(DEEP),
          "]" + "]".repeat(DEEP) + "a".repeat(DEEP),
          "}" + "N}".repeat(DEEP) + "s".repeat(DEEP),
          "cm\nn\n" + ")R".repeat(DEEP),
        }) {
      assertThatCode(() -> PlainDomain.load(stream + ".")).doesNotThrowAnyException();
    }
  }

  @Test
  void aDeepTupleIsNoKey() {
    assertThatThrownBy(() -> PlainDomain.load("}N" + "\u0085".repeat(DEEP) + "Ns."))
        .isInstanceOf(CheckpointException.class);
  }

  @Test
  void aBillionLaughsAreAFewLists() throws Exception {
    StringBuilder stream = new StringBuilder("(lq\0");
    for (int i = 0; i < 40; i++) {
      stream.append("0(").append(("h" + (char) i).repeat(9)).append("lq").append((char) (i + 1));
    }
    assertThat(((ListValue) PlainDomain.load(stream + ".")).items()).hasSize(9);
  }

  /** A value costs what its stream says, whether or not it stays on the stack. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "N",
        "K\1",
        ")",
        "]",
        "}",
        "(",
        "G\0\0\0\0\0\0\0\0",
        "Nq\0000",
        "cm\nn\n0",
        "Nr\0\0\1\0010"
      })
  void everythingPushedIsChargedFor(String opcodes) {
    Limits limits = Limits.STANDARD.with(Limit.HEAP_BYTES, 7000);
    assertThatThrownBy(() -> PlainDomain.load(opcodes.repeat(1000) + "N.", limits))
        .isInstanceOfSatisfying(
            LimitException.class,
            e -> {
              assertThat(e.limit()).isEqualTo(Limit.HEAP_BYTES);
              assertThat(e.remedy()).isEqualTo(new Remedy.RaiseLimit(Limit.HEAP_BYTES));
            });
  }

  @Test
  void theLimitIsReachedAtItsEdge() throws Exception {
    String stream = "X\144\0\0\0" + "a".repeat(100) + ".";
    long cost = 100 + HeapBudget.OBJECT;
    assertThat(Repr.of(PlainDomain.load(stream, Limits.STANDARD.with(Limit.HEAP_BYTES, cost))))
        .hasSize(102);
    assertThatThrownBy(
            () -> PlainDomain.load(stream, Limits.STANDARD.with(Limit.HEAP_BYTES, cost - 1)))
        .isInstanceOf(LimitException.class);
  }

  @Test
  void bytesOfTheStreamAreNotCopiedAndCostLittle() throws Exception {
    String stream = "B\0\0\20\0" + "a".repeat(1 << 20) + ".";
    assertThat(PlainDomain.load(stream, Limits.STANDARD.with(Limit.HEAP_BYTES, 100)))
        .isInstanceOf(Value.Bytes.class);
  }
}
