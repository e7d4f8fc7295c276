package dev.pt2st.pickle.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.GlobalUse;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.TracedGlobal;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.work.Deadline;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a stream does, the globals that it names are seen, with what it does with them. */
class GlobalTracerTest {
  private static final String CALL = "cos\nsystem\n(S'id'\ntR";

  private static PickleTrace trace(String stream, Limits limits) {
    byte[] bytes = stream.getBytes(StandardCharsets.ISO_8859_1);
    ByteCursor in = new ByteCursor(MemorySegment.ofArray(bytes), Place.of(Path.of("test.pkl")));
    return GlobalTracer.trace(in, limits, new Deadline(limits));
  }

  private static PickleTrace trace(String stream) {
    return trace(stream, Limits.STANDARD);
  }

  private static TracedGlobal only(String stream) {
    List<TracedGlobal> globals = trace(stream).globals();
    assertThat(globals).hasSize(1);
    return globals.getFirst();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cos\\nsystem\\n.|NAMED|",
        "cos\\nsystem\\n(S'id'\\ntR.|CALLED|REDUCE 19 ('id')",
        "(S'id'\\nios\\nsystem\\n.|CALLED|INST 7 ('id')",
        "(cos\\nsystem\\nS'id'\\no.|CALLED|OBJ 18 ('id')",
        "cos\\nsystem\\n)\\201.|INSTANTIATED|NEWOBJ 12 ()",
        "cos\\nsystem\\n)}\\222.|INSTANTIATED|NEWOBJ_EX 13 ()",
        "U\\2osq\\0U\\6systemq\\00100h\\0h\\1\\223K\\1\\205R.|CALLED|REDUCE 26 (1)",
        "(cos\\nsystem\\nq\\0l0h\\0)R.|CALLED|REDUCE 19 ()",
      })
  void aUseIsTold(String escaped, GlobalUse use, String call) {
    TracedGlobal global = only(escaped.translateEscapes());
    assertThat(global.name()).hasToString("os.system");
    assertThat(global.use()).isEqualTo(use);
    if (call != null) {
      TracedGlobal.TracedCall first = global.calls().getFirst();
      assertThat(first.opcode() + " " + first.offset() + " " + first.arguments()).isEqualTo(call);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "(S'id'\\n|'id'",
        "(K\\1G?\\360\\0\\0\\0\\0\\0\\0N\\210\\211|1, 1.0, None, True, False",
        "((lp0\\nS'sh'\\naS'-c'\\na|['sh', '-c']",
        "(]((S'a'\\nI1\\nte|[('a', 1)]",
        "(}(S'a'\\nK\\1S'b'\\n]u|{'a': 1, 'b': []}",
        "(cos\\ngetcwd\\n)R|os.getcwd()",
        "(cos\\npath\\n|os.path",
        "(C\\2a\\n|b'a\\n'",
        "(K\\1\\205|(1,)",
        "(((((((K\\1tttttt|((((...))))",
        "(P5\\n|<persistent id>",
        "(\\227|<NEXT_BUFFER>",
      })
  void argumentsAreToldAsPythonWritesThem(String pushes, String shown) {
    PickleTrace trace = trace(("cos\nsystem\n" + pushes + "tR.").translateEscapes());
    assertThat(trace.globals().getFirst().calls().getFirst().arguments())
        .isEqualTo("(" + shown + ")");
  }

  @Test
  void aListThatHoldsItselfEndsInDots() {
    assertThat(only("cos\nsystem\n(]q\0h\0atR.").calls().getFirst().arguments())
        .isEqualTo("([[[[...]]]])");
  }

  @Test
  void longArgumentsAreCut() {
    String long1 =
        only("cos\nsystem\n(" + "S'" + "a".repeat(5000) + "'\ntR.").calls().getFirst().arguments();
    assertThat(long1).hasSizeLessThan(400).contains("...");
    String many = only("cos\nsystem\n(" + "K\1".repeat(500) + "tR.").calls().getFirst().arguments();
    assertThat(many).isEqualTo("(" + "1, ".repeat(16) + "...)");
  }

  /** Each stream breaks, or makes an unpickler stop, before, within or behind the call. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "%s\u00ff garbage",
        "%s",
        "%sX\u00ff\u00ff\u00ff\u007f",
        "R0000%s.",
        "(((%s.",
        "h\u00ff%s.",
        "]N\u0082\1%s.",
        "\u0080\u00ff%s.",
        "\u0095\u00ff\0\0\0\0\0\0\0%s.",
        "\u0095\1\0\0\0\0\0\0\0%s.",
        "}]Ns%s.",
        "NNb%s.",
        "r\u00ff\u00ff\u00ff\u00ff%s.",
        "\u0097\u0098%s.",
        "cm\n\u00e9\n%s."
      })
  void whatAnUnpicklerStopsAtHidesNothing(String around) {
    PickleTrace trace = trace("\u0080\2" + around.replace("%s", CALL));
    assertThat(trace.globals())
        .filteredOn(global -> global.name().toString().equals("os.system"))
        .singleElement()
        .satisfies(global -> {
          assertThat(global.use()).isEqualTo(GlobalUse.CALLED);
          assertThat(global.calls().getFirst().arguments()).isEqualTo("('id')");
        });
  }

  @Test
  void whatIsSoundIsSaidToBe() {
    assertThat(trace("\u0080\2" + CALL + ".").isSound()).isTrue();
    assertThat(trace("\u0080\2" + CALL + ".").announced()).isTrue();
    assertThat(trace(CALL + ".").announced()).isFalse();
    assertThat(trace("\u0080\2" + CALL).isSound()).isFalse();
    PickleTrace stopping = trace("00" + CALL + ".");
    assertThat(stopping.complete()).isTrue();
    assertThat(stopping.isSound()).isFalse();
    assertThat(stopping.problem()).isNotNull();
    assertThat(stopping.globals().getFirst().behindBreak()).isTrue();
  }

  /** Where an unpickler may go on, what comes next is not behind a break. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Nr\\377\\377\\377\\0000|false",
        "\\225\\3\\0\\0\\0\\0\\0\\0\\0N|false",
        "\\202\\1|false",
        "Np?\\n0g1\\n0|true",
        "Ifive\\n0|true",
        "NN\\2230|true",
        "00|true",
        "h\\11|true",
        "\\200\\11|false",
        "(NNo|true",
        "(o|true",
      })
  void whatEveryUnpicklerStopsAtIsToldFromWhatSomeDo(String before, boolean behind) {
    PickleTrace trace = trace(before.translateEscapes() + CALL + ".");
    assertThat(trace.globals())
        .filteredOn(global -> global.name().toString().equals("os.system"))
        .singleElement()
        .satisfies(global -> assertThat(global.behindBreak()).isEqualTo(behind));
    assertThat(trace.stopped()).isEqualTo(behind);
  }

  /** A search goes on there, and a pickle may begin at the next byte. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 700})
  void aTraceEndsBehindTheStepThatNoUnpicklerTakes(int before) throws MalformedException {
    String stream = "~".repeat(before) + "N\230" + CALL + ".";
    byte[] bytes = stream.getBytes(StandardCharsets.ISO_8859_1);
    ByteCursor in = new ByteCursor(MemorySegment.ofArray(bytes), Place.of(Path.of("test.pkl")));
    in.position(before);
    Deadline deadline = new Deadline(Limits.STANDARD);
    PickleTrace trace = GlobalTracer.reach(in, Limits.STANDARD, deadline, given -> {});
    assertThat(trace.counting()).isEmpty();
    assertThat(trace.start()).isEqualTo(before);
    assertThat(trace.end()).isEqualTo(before + 2);
  }

  @Test
  void namesOfPython2AreMappedBelowProtocol3() {
    String name = "c__builtin__\nexec\n.";
    assertThat(only("\u0080\2" + name).name()).hasToString("builtins.exec");
    assertThat(only("\u0080\2" + name).written()).hasToString("__builtin__.exec");
    assertThat(only("\u0080\3" + name).name()).hasToString("__builtin__.exec");
  }

  @Test
  void aNameThatCannotBeFollowedIsSeenAsUnknown() {
    assertThat(only("NN\u0093.").name()).hasToString("?.?");
    assertThat(only("\u0093.").name()).hasToString("?.?");
    assertThat(only("X\0\0\2\0" + "a".repeat(1 << 17) + "U\1b\u0093.").name())
        .hasToString("a".repeat(1 << 17) + ".b");
  }

  /** A kilobyte of memo entries could have gigabytes of names decoded. */
  @Test
  void aLongNameThatIsUsedAgainAndAgainIsUnknownInTheEnd() {
    int length = 1 << 15;
    int uses = 100_000;
    String name = "U\1mq\0" + "X\0\u0080\0\0" + "a".repeat(length) + "q\1";
    List<TracedGlobal> globals = trace(name + "h\0h\1\u00930".repeat(uses) + "N.").globals();

    assertThat(globals)
        .extracting(global -> global.name().toString())
        .containsExactly("m." + "a".repeat(length), "?.?");
    long known = LongNames.MOST_LONG_NAMES / length;
    assertThat(globals).extracting(TracedGlobal::uses).containsExactly(known, uses - known);
  }

  @Test
  void usesAreCountedAndOnlyTheFirstCallsKept() {
    TracedGlobal global = only((CALL + "0").repeat(100) + "N.");
    assertThat(global.uses()).isEqualTo(200);
    assertThat(global.calls()).hasSize(4);
  }

  @Test
  void whatWasSeenBeforeALimitCounts() {
    PickleTrace trace =
        trace(CALL + "N".repeat(100) + ".", Limits.STANDARD.with(Limit.OPCODES, 50));
    assertThat(trace.problem()).isInstanceOf(LimitException.class);
    assertThat(trace.complete()).isFalse();
    assertThat(trace.globals()).hasSize(1);
    assertThat(
            trace(CALL + "N0".repeat(5000) + ".", Limits.STANDARD.with(Limit.SECONDS, 0)).problem())
        .isInstanceOf(LimitException.class);
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      many.append("cm\nn").append(i).append("\n0");
    }
    assertThat(trace(many + "N.", Limits.STANDARD.with(Limit.HEAP_BYTES, 1 << 20)).problem())
        .isInstanceOf(LimitException.class);
  }

  @Test
  void containersDoNotKeepAllThatAStreamEverMade() {
    String tuples = "((K\1K\1K\1K\1K\1K\1K\1K\1tK\1K\1K\1t0".repeat(200_000);
    PickleTrace trace = trace(tuples + CALL + ".");
    assertThat(trace.isSound()).isTrue();
    assertThat(only(tuples + CALL + ".").use()).isEqualTo(GlobalUse.CALLED);
  }

  /** CPython reads a frame at once, and what does not fit into its rest from behind it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0080\4\u0095\5\0\0\0\0\0\0\0cos\nXsystem\n)R.",
        "\u0080\4\u0095\7\0\0\0\0\0\0\0\u008c\2os\u008c\6Xsystem\u0093)R.",
        "\u0080\4\u0095\2\0\0\0\0\0\0\0]\u0095\3\0\0\0\0\0\0\0cos\nsystem\n)R.",
        "\u0080\4\u0095\4\0\0\0\0\0\0\0NJ\0\0\1\0\0\0cos\nsystem\n)R.",
      })
  void bothReadingsAreFollowedWhereAFrameIsCrossed(String stream) {
    PickleTrace trace = trace(stream);
    assertThat(trace.globals())
        .filteredOn(global -> global.use() == GlobalUse.CALLED)
        .extracting(global -> global.name().toString())
        .contains("os.system");
    assertThat(trace.problem()).isNotNull();
  }
}
