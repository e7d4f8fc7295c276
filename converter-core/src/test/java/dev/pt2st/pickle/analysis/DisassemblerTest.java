package dev.pt2st.pickle.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.Limit;
import dev.pt2st.Limits;
import dev.pt2st.testing.Disassembly;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A disassembly shows each instruction, and goes on where the machine would stop. */
class DisassemblerTest {

  private static List<String> lines(String stream) {
    return Disassembly.of(stream.translateEscapes());
  }

  @Test
  void eachInstructionHasOffsetLevelArgumentAndMark() {
    assertThat(lines("\\200\\2}q\\0(X\\1\\0\\0\\0aK\\1\\205K\\2h\\0u."))
        .containsExactly(
            "0: PROTO 2",
            "2: EMPTY_DICT",
            "3: BINPUT 0",
            "5: MARK",
            "6:     BINUNICODE 'a'",
            "12:     BININT1 1",
            "14:     TUPLE1",
            "15:     BININT1 2",
            "17:     BINGET 0",
            "19:     SETITEMS (MARK at 5)",
            "20: STOP");
  }

  @Test
  void itIsKnownWhichGlobalIsNamedInstantiatedAndCalled() {
    assertThat(lines("cos\\nsystem\\nq\\0)R0h\\0)\\2010h\\0)}\\2220(h\\0No."))
        .filteredOn(line -> line.contains("os.system"))
        .containsExactly(
            "0: GLOBAL 'os system' NAMED os.system",
            "14: REDUCE CALLED os.system",
            "19: NEWOBJ INSTANTIATED os.system",
            "25: NEWOBJ_EX INSTANTIATED os.system",
            "31:     OBJ (MARK at 27) CALLED os.system");
  }

  @Test
  void anInstanceInOneInstructionIsACall() {
    assertThat(lines("(ios\\nsystem\\n."))
        .contains("1:     INST 'os system' (MARK at 0) CALLED os.system");
  }

  @Test
  void theNamesOfStackGlobalAreFoundAlsoThroughTheMemo() {
    assertThat(lines("\\214\\2os\\224\\214\\6systemq\\0050h\\0h\\5\\223)R."))
        .contains("20: STACK_GLOBAL NAMED os.system", "22: REDUCE CALLED os.system");
  }

  @Test
  void popTakesAMarkThatIsOnTop() {
    assertThat(lines("N(0.")).contains("2:     POP (MARK at 1)", "3: STOP");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.                     | 0: APPEND ! an opcode asks for more values than the stack has",
        "N(\\205.               | 2:     TUPLE1 ! an opcode asks for more values than the stack has",
        "t.                     | 0: TUPLE ! an opcode needs a mark and there is none",
        "(o.                    | 1:     OBJ (MARK at 0) ! OBJ without a class",
        "h\\7.                  | 0: BINGET 7 ! nothing was put into the memo at that index",
        "gx\\n.                 | 0: GET b'x' ! nothing was put into the memo at that index",
        "NN\\223.               | 2: STACK_GLOBAL ! STACK_GLOBAL needs two texts",
        "Nq\\0(h\\0.            | 4:     BINGET 0",
        "\\200\\11N.            | 0: PROTO 9 ! there is no protocol 9",
        "\\202\\1.              | 0: EXT1 1 ! it uses Python's extension registry, which no checkpoint does",
        "\\227.                 | 0: NEXT_BUFFER ! it keeps a part of its data outside of itself (out-of-band buffers)",
        "\\225\\377\\0\\0\\0\\0\\0\\0\\0N. | 0: FRAME 255 ! the frame is longer than what is left",
        "\\225\\2\\0\\0\\0\\0\\0\\0\\0NK\\1. | 10: BININT1 1 ! it crosses the end of its frame",
        "I1x\\n.                | 0: INT b'1x' ! the argument is not written as the opcode wants it",
        "X\\1\\0\\0\\0\\377.     | 0: BINUNICODE b'\\xff' ! the argument is not written as the opcode wants it",
      })
  void whereAnUnpicklerStopsIsSaidAndTheRestIsShown(String stream, String line) {
    assertThat(lines(stream)).contains(line).last().asString().contains("STOP");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "N                       | the pickle ends without its STOP",
        "N\\377                  | there is no pickle opcode 0xff",
        "NX\\5\\0\\0\\0abc       | the argument of BINUNICODE is cut short: it needs 5 more bytes where 3 are left",
        "NX\\5\\0                | the argument of BINUNICODE is cut short: it needs 4 more bytes where 2 are left",
        "Ncos\\nsystem           | the argument of GLOBAL is cut short: a line has no end",
        "N\\213\\377\\377\\377\\377. | the argument of LONG4 is cut short: it needs 18446744073709551615 more bytes where 1 are left",
      })
  void aStreamIsShownUpToWhereItBreaks(String stream, String problem) {
    assertThat(lines(stream)).containsExactly("0: NONE", "ends: " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "I01\\n                  | INT True",
        "I00\\n                  | INT False",
        "I-5\\n                  | INT -5",
        "L123456789012345678901234567890L\\n | LONG 123456789012345678901234567890",
        "\\212\\0                | LONG1 0",
        "\\212\\2\\0\\377        | LONG1 -256",
        "F1e-5\\n                | FLOAT 1e-05",
        "G\\77\\360\\0\\0\\0\\0\\0\\0 | BINFLOAT 1.0",
        "G\\377\\360\\0\\0\\0\\0\\0\\0 | BINFLOAT -inf",
        "G\\0\\0\\0\\0\\0\\0\\0\\1 | BINFLOAT 5e-324",
        "S'it''s'\\n             | STRING \"it''s\"",
        "U\\2\\303\\244          | SHORT_BINSTRING 'ä'",
        "Va\\\\u0007b\\n         | UNICODE 'a\\x07b'",
        "X\\3\\0\\0\\0a\\33\\n  | BINUNICODE 'a\\x1b\\n'",
        "X\\3\\0\\0\\0\\342\\200\\256 | BINUNICODE '\\u202e'",
        "X\\3\\0\\0\\0\\355\\240\\200 | BINUNICODE '\\ud800'",
        "C\\3a'\\377             | SHORT_BINBYTES b\"a'\\xff\"",
        "\\226\\1\\0\\0\\0\\0\\0\\0\\0a | BYTEARRAY8 bytearray(b'a')",
        "P1\\n                   | PERSID '1'",
        "Pid 1\\n                | PERSID 'id 1' ! the persistent id is not a number",
        "czoo\\nNet.Inner\\n     | GLOBAL 'zoo Net.Inner' NAMED zoo.Net.Inner",
      })
  void argumentsAreWrittenAsPythonWritesThem(String stream, String line) {
    assertThat(lines(stream + ".").getFirst()).isEqualTo("0: " + line);
  }

  @Test
  void ofALongTextTheStartIsShown() {
    String line = Disassembly.of("X\0\0\1\0" + "a".repeat(65536) + ".").getFirst();
    assertThat(line).isEqualTo("0: BINUNICODE '" + "a".repeat(1000) + "'... (65536 bytes)");
    String number = Disassembly.of("\u008b\0\0\1\0" + "\1".repeat(65536) + ".").getFirst();
    assertThat(number).startsWith("0: LONG4 b'\\x01\\x01").endsWith("'... (65536 bytes)");
  }

  @Test
  @Timeout(60)
  void aStreamOfMarksOrValuesIsBounded() {
    Limits small = Limits.STANDARD.with(Limit.HEAP_BYTES, 1 << 20);
    for (byte opcode : new byte[] {'(', 'N', '2'}) {
      byte[] stream = new byte[100_000];
      java.util.Arrays.fill(stream, opcode);
      stream[0] = 'N';
      assertThat(Disassembly.of(stream, small))
          .last()
          .asString()
          .contains("ends: the pickle keeps");
    }
  }
}
