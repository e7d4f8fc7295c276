package dev.pt2st.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.UnsupportedException;
import dev.pt2st.testing.PlainDomain;
import dev.pt2st.testing.Repr;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The stack machine does what that of CPython 3.11 does, whose answers these tables hold. */
class UnpicklerTest {

  private static Value load(String stream) throws CheckpointException {
    return PlainDomain.load(stream.translateEscapes());
  }

  private static void assertValue(String stream, String value) throws CheckpointException {
    assertThat(Repr.of(load(stream))).isEqualTo(value);
  }

  private static void assertMalformed(String stream, String problem) {
    assertThatThrownBy(() -> load(stream))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ").                                 | ()",
        "(K\\1K\\2t.                        | (1, 2)",
        "(t.                                | ()",
        "K\\1\\205.                         | (1)",
        "K\\1K\\2\\206.                     | (1, 2)",
        "K\\1K\\2K\\3\\207.                 | (1, 2, 3)",
        "].                                 | []",
        "(K\\1K\\2l.                        | [1, 2]",
        "]K\\1a.                            | [1]",
        "](K\\1K\\2e.                       | [1, 2]",
        "](e.                               | []",
        "}.                                 | {}",
        "(K\\1K\\2d.                        | {1: 2}",
        "}K\\1K\\2s.                        | {1: 2}",
        "}(K\\1K\\2K\\3K\\4u.               | {1: 2, 3: 4}",
        "}(u.                               | {}",
        "\\217.                             | set{}",
        "\\217(K\\1K\\2K\\1\\220.            | set{1, 2}",
        "(K\\1K\\2K\\1\\221.                | frozenset{1, 2}",
        "(\\221.                            | frozenset{}",
      })
  void containers(String stream, String value) throws Exception {
    assertValue(stream, value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "K\\1K\\0020.                       | 1",
        "K\\1(0.                            | 1",
        "K\\1(K\\2K\\0031.                  | 1",
        "K\\0012\\206.                      | (1, 1)",
        "]2K\\1a\\206.                      | ([1], [1])",
        "K\\1((K\\2tt.                      | ((2))",
        "((K\\1t(K\\2tt.                    | ((1), (2))",
        "NNK\\5.                            | 5",
      })
  void popsAndMarks(String stream, String value) throws Exception {
    assertValue(stream, value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".",
        "0.",
        "2.",
        "K\\1\\206.",
        "K\\1K\\2\\207.",
        "\\205.",
        "a.",
        "]a.",
        "K\\1s.",
        "}K\\1s.",
        "b.",
        "Nb.",
        "R.",
        ")R.",
        "\\201.",
        "\\222.",
        "\\223.",
        "X\\0\\0\\0\\0\\223.",
        "q\\0.",
        "\\224.",
        "p0\\n.",
        "(e.",
        "(u.",
        "(\\220.",
        "Q.",
        // What lies below a mark is out of reach.
        "N(.",
        "N(\\205.",
        "N(2.",
        "](K\\1a.",
        "}(K\\1K\\2s.",
        "N(q\\0.",
        "N(N\\206.",
        "N(Nb.",
        "cm\\nn\\n()R.",
        "N(\\224."
      })
  void anOpcodeTakesNoMoreThanTheStackHas(String stream) {
    assertMalformed(stream, "more values than the stack has");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t.",
        "]K\\1e.",
        "}K\\1K\\2u.",
        "d.",
        "l.",
        "1.",
        "\\221.",
        "o.",
        "im\\nn\\n.",
        "(tt."
      })
  void anOpcodeThatNeedsAMarkHasOne(String stream) {
    assertMalformed(stream, "needs a mark");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "K\\1q\\0K\\2h\\0\\206.                      | (2, 1)",
        "K\\1r\\377\\377\\377\\377K\\2j\\377\\377\\377\\377\\206. | (2, 1)",
        "K\\1p7\\nK\\2g7\\n\\206.                    | (2, 1)",
        "K\\1p 0_7 \\nK\\2g007\\n\\206.              | (2, 1)",
        "K\\1p9223372036854775807\\ng9223372036854775807\\n. | 1",
        "K\\1q\\5K\\2\\224h\\1.                      | 2",
        "K\\1\\224K\\2\\224K\\3h\\0h\\1\\207.         | (3, 1, 2)",
        "K\\1r\\0\\0\\1\\0K\\2\\224h\\1.             | 2",
        "K\\1q\\0K\\2q\\0h\\0.                        | 2",
        "K\\1q\\0q\\0K\\2\\224h\\1.                  | 2",
        "]q\\0h\\0a.                                 | [...]",
      })
  void memo(String stream, String value) throws Exception {
    assertValue(stream, value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "h\\0.",
        "j\\377\\377\\377\\377.",
        "g0\\n.",
        "K\\1q\\0h\\1.",
        "g-1\\n.",
        "g\\n.",
        "Np-1\\n.",
        "Np\\n.",
        "Npx\\n.",
        "Np9223372036854775808\\n.",
        "g0x0\\n."
      })
  void aMemoEntryMustBeThere(String stream) {
    assertThatThrownBy(() -> load(stream)).isInstanceOf(MalformedException.class);
  }

  @Test
  void theMemoIsDenseOrSparseAndGivesTheSame() throws Exception {
    StringBuilder stream = new StringBuilder();
    for (int i = 0; i < 5000; i++) {
      // Downwards, so that every index comes before those that make it dense.
      int index = (4999 - i) * 3;
      stream.append("K").append((char) (i % 256)).append('r');
      stream.append((char) (index & 0xff)).append((char) (index >> 8)).append("\0\0").append('0');
    }
    stream.append('j').append((char) 3).append("\0\0\0.");
    assertThat(PlainDomain.load(stream.toString())).isEqualTo(new Value.Int(4998 % 256));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cm.o\\nn.x\\n.                                | <m.o.n.x>",
        "c m\\nn \\n.                                  | < m.n >",
        "c\\303\\251\\nn\\n.                           | <é.n>",
        "\\214\\1m\\214\\1n\\223.                      | <m.n>",
        "U\\1mU\\1n\\223.                              | <m.n>",
        "cm\\nn\\n(K\\1tR.                             | <m.n>(1)",
        "cm\\nn\\n)R)R.                                | <m.n>()()",
        "(K\\1im\\nn\\n.                               | <m.n>(1)",
        "(cm\\nn\\nK\\1o.                              | <m.n>(1)",
        "cm\\nn\\nK\\1\\205\\201.                      | <m.n>(1)",
        "cm\\nn\\n)}\\214\\1kK\\1s\\222.               | <m.n>({'k': 1})",
        "cm\\nn\\n)\\201}K\\1K\\2sb.                   | <m.n>().build({1: 2})",
        "cm\\nn\\n)\\201Nb.                            | <m.n>().build(None)",
        "cm\\nn\\n)\\201K\\1aK\\2a.                    | <m.n>()[1, 2]",
        "cm\\nn\\n)\\201K\\1K\\2s.                     | <m.n>(){1: 2}",
        "cm\\nn\\n)\\201(K\\1\\220.                    | <m.n>()[1]",
        "Pabc\\n.                                      | domain('abc')",
        "P\\n.                                         | domain('')",
        "K\\1\\205Q.                                   | domain((1))",
      })
  void globalsCallsAndPersistentIds(String stream, String value) throws Exception {
    assertValue(stream, value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c\\nn\\n.",
        "cm\\n\\n.",
        "c\\377\\nn\\n.",
        "cm\\nn.",
        "(i\\nn\\n.",
        "(im\\n\\n.",
        "(i\\303\\251\\nn\\n.",
        "P\\303\\251\\n.",
        "K\\1K\\2\\223.",
        "C\\1mC\\1n\\223.",
        "cm\\nn\\nNR.",
        "cm\\nn\\n]R.",
        "cm\\nn\\n]\\201.",
        "cm\\nn\\n)N\\222.",
        "cm\\nn\\n)}NK\\1s\\222.",
        "(K\\1o.",
        "(o."
      })
  void aGlobalOrCallThatIsNoneIsMalformed(String stream) {
    assertThatThrownBy(() -> load(stream)).isInstanceOf(MalformedException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "0, builtins.set", "1, builtins.set", "2, builtins.set",
    "3, __builtin__.set", "4, __builtin__.set", "5, __builtin__.set"
  })
  void namesOfPython2AreMappedBelowProtocol3(int protocol, String name) throws Exception {
    String proto = "\u0080" + (char) protocol;
    assertThat(Repr.of(PlainDomain.load(proto + "c__builtin__\nset\n.")))
        .isEqualTo('<' + name + '>');
    assertThat(Repr.of(PlainDomain.load(proto + "\u008c\13__builtin__\u008c\3set\u0093.")))
        .isEqualTo('<' + name + '>');
  }

  @ParameterizedTest
  @CsvSource({
    "copy_reg, _reconstructor, copyreg._reconstructor",
    "__builtin__, xrange, builtins.range",
    "__builtin__, unicode, builtins.str",
    "__builtin__, long, builtins.int",
    "UserDict, UserDict, collections.UserDict",
    "itertools, izip, builtins.zip",
    "cPickle, loads, pickle.loads",
    "collections, OrderedDict, collections.OrderedDict",
    "exceptions, StandardError, builtins.Exception",
  })
  void aNameIsMappedBeforeItsModule(String module, String name, String mapped) throws Exception {
    assertThat(Repr.of(PlainDomain.load("c" + module + "\n" + name + "\n.")))
        .isEqualTo('<' + mapped + '>');
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "K\\1K\\2a.          | APPEND",
        "}K\\1a.             | APPEND",
        ")(K\\1e.            | APPEND",
        "\\217(K\\1e.        | APPEND",
        "\\226\\0\\0\\0\\0\\0\\0\\0\\0K\\1a. | APPEND",
        "cm\\nn\\nK\\1a.     | APPEND",
        "]K\\0K\\1s.         | SETITEM",
        "](K\\0K\\1u.        | SETITEM",
        "K\\1K\\2K\\3s.      | SETITEM",
        "](K\\1\\220.        | ADDITEMS",
        "}(K\\1\\220.        | ADDITEMS",
        "(\\221(K\\1\\220.   | ADDITEMS",
        "]}b.                | BUILD",
        "}}b.                | BUILD",
        "K\\1}b.             | BUILD",
        "cm\\nn\\n}b.        | BUILD",
        "\\217)b.            | BUILD",
      })
  void anItemOrStateGoesOnlyToKindsThatTakeIt(String stream, String opcode) {
    assertMalformed(stream, opcode + " on a value that takes none");
  }

  @Test
  void aStateOfNoneChangesNothing() throws Exception {
    assertValue("]Nb.", "[]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"}(K\\1u.", "(K\\1d.", "}(K\\1K\\2K\\3u."})
  void aKeyHasAValue(String stream) {
    assertMalformed(stream, "a key without a value");
  }

  @Test
  void opcodesThatNoCheckpointHasAreNamed() {
    for (String stream : new String[] {"\\202\\1.", "\\203\\1\\1.", "\\204\\1\\0\\0\\0."}) {
      assertMalformed(stream, "extension registry");
    }
    for (String stream : new String[] {"\\227.", "N\\230."}) {
      assertThatThrownBy(() -> load(stream))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("out-of-band");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 7, 128, 255})
  void protocolsEndWith5(int protocol) {
    assertThatThrownBy(() -> PlainDomain.load("\u0080" + (char) protocol + "N."))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("protocol " + protocol);
  }

  @Test
  void everyOtherByteIsNoOpcode() {
    for (int code = 0; code < 256; code++) {
      if (Opcode.of(code) == null) {
        String stream = (char) code + ".";
        assertThatThrownBy(() -> PlainDomain.load(stream))
            .isInstanceOf(MalformedException.class)
            .hasMessageContaining("test.pkl: byte 0: there is no pickle opcode");
      }
    }
    assertThat(IntStream.range(0, 256).filter(c -> Opcode.of(c) != null)).hasSize(68);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\\225\\3\\0\\0\\0\\0\\0\\0\\0K\\1.                       | 1",
        "\\225\\2\\0\\0\\0\\0\\0\\0\\0K\\1\\225\\1\\0\\0\\0\\0\\0\\0\\0.  | 1",
        "\\225\\2\\0\\0\\0\\0\\0\\0\\0K\\1.                       | 1",
        "\\225\\0\\0\\0\\0\\0\\0\\0\\0K\\1.                       | 1",
        "\\225\\14\\0\\0\\0\\0\\0\\0\\0\\225\\2\\0\\0\\0\\0\\0\\0\\0K\\1N0. | 1",
      })
  void frames(String stream, String value) throws Exception {
    assertValue(stream, value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\225\\1\\0\\0\\0\\0\\0\\0\\0K\\1.",
        "\\225\\2\\0\\0\\0\\0\\0\\0\\0M\\1\\0.",
        "\\225\\4\\0\\0\\0\\0\\0\\0\\0\\214\\5abcde.",
        "\\225\\3\\0\\0\\0\\0\\0\\0\\0Vabc\\n.",
        "\\225\\377\\0\\0\\0\\0\\0\\0\\0K\\1.",
        "\\225\\377\\377\\377\\377\\377\\377\\377\\377K\\1.",
        "\\225\\377\\377\\377\\377\\377\\377\\377\\177K\\1.",
        "\\225\\12\\0\\0\\0\\0\\0\\0\\0\\225\\4\\0\\0\\0\\0\\0\\0\\0K\\1N0.",
      })
  void anOpcodeMayNotCrossTheEndOfItsFrame(String stream) {
    assertThatThrownBy(() -> load(stream)).isInstanceOf(MalformedException.class);
  }

  @Test
  void aPickleMayNotEndBeforeItsFrame() {
    assertMalformed("\\225\\3\\0\\0\\0\\0\\0\\0\\0N..N.", "ends before its frame");
    assertMalformed("\\225\\3\\0\\0\\0\\0\\0\\0\\0N..", "ends before its frame");
  }
}
