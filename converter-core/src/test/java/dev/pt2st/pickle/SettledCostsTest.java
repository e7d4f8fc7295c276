package dev.pt2st.pickle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalName;
import dev.pt2st.GlobalStanding;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.io.ByteCursor;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the state of a value took is free again where nothing of it is kept, and only there. */
class SettledCostsTest {
  private static final long OWN = 32;
  private static final int MANY = 10_000;

  /** More than a mebibyte, so that it is known which entries of the memo are asked for. */
  private static final String LONG = "B\0\0\u0010\0" + "x".repeat(1 << 20) + "0";

  /** A world in which instances of the class "flat" keep nothing of their states. */
  private static final class FlatDomain implements Domain {
    private final Map<GlobalName, Value> globals = new HashMap<>();

    @Override
    public Value global(GlobalName name, GlobalName written, Place place) {
      return globals.computeIfAbsent(
          name, key -> new GlobalValue(name, written, GlobalStanding.LISTED, place));
    }

    @Override
    public Value persistent(Value id, Place place) {
      return Value.None.NONE;
    }

    @Override
    public Value call(Value callable, List<Value> arguments, Place place) {
      return arguments.isEmpty() ? new ListValue() : arguments.getFirst();
    }

    @Override
    public Value instance(
        Value type, List<Value> arguments, @Nullable DictValue keywords, Place place) {
      return type instanceof GlobalValue global && global.name().name().equals("flat")
          ? new Flat()
          : new ObjectValue(type, arguments);
    }
  }

  private static final class Flat implements DomainValue {
    @Override
    public List<Value> parts() {
      return List.of();
    }

    @Override
    public boolean takeState(Value state) {
      return true;
    }

    @Override
    public long ownBytes() {
      return OWN;
    }
  }

  private static long charged(String stream) throws CheckpointException {
    HeapBudget budget = new HeapBudget(Limits.STANDARD);
    MemorySegment bytes = MemorySegment.ofArray(stream.getBytes(ISO_8859_1));
    ByteCursor in = new ByteCursor(bytes, Place.of(Path.of("test.pkl")));
    Unpickler.load(in, new FlatDomain(), budget);
    return budget.used();
  }

  /** What each of many values in a list is charged for, besides its place there. */
  private static long each(String value) throws CheckpointException {
    // Memo: 0 the list that is outside, 1 the class, 2 another class.
    String start = "\u0080\4" + LONG + "]\u0094" + "cm\nflat\n\u0094" + "cm\nother\n\u0094" + "00";
    String end = "h\0h\1h\2.";
    long one = charged(start + "](" + value + "e0" + end);
    long many = charged(start + "](" + value.repeat(MANY + 1) + "e0" + end);
    return (many - one) / MANY - HeapBudget.SLOT;
  }

  @Test
  void aStateOfWhichNothingIsKeptIsFreeAgain() throws CheckpointException {
    assertThat(each("h\1)\u0081\u0094}\u0094(X\1\0\0\0aK\1X\1\0\0\0bM\1\1M\2\2\u0086\u0094ub"))
        .isEqualTo(OWN);
  }

  @Test
  void soAreStatesWithinStates() throws CheckpointException {
    String inner = "h\1)\u0081\u0094}(X\1\0\0\0aM\1\1ub";
    assertThat(each("h\1)\u0081}(X\1\0\0\0a](" + inner.repeat(3) + "eub")).isEqualTo(OWN);
  }

  @Test
  void aCallThatGivesATupleKeepsNothing() throws CheckpointException {
    assertThat(each("h\1)\u0081h\2K\1K\2\u0086\u0085Rb")).isEqualTo(OWN);
  }

  static Stream<Arguments> escapes() {
    String content = "](K\1K\1e";
    return Stream.of(
        Arguments.of("a copy on the stack", "h\1)\u0081" + content + "2\u0086b"),
        Arguments.of("a list that was there", "h\1)\u0081h\0" + content + "ab"),
        Arguments.of("an object", "h\1)\u0081h\2)\u0081" + content + "bb"),
        Arguments.of("what a call makes", "h\1)\u0081h\2)R" + content + "\u0086b"),
        Arguments.of("a persistent id", "h\1)\u0081NQ" + content + "\u0086b"),
        Arguments.of("a name", "h\1)\u0081cm\nflat\n" + content + "\u0086b"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("escapes")
  void whatMayHaveGotElsewhereStaysCharged(String where, String value) throws CheckpointException {
    assertThat(each(value)).isGreaterThanOrEqualTo(OWN + HeapBudget.CONTAINER);
  }

  @Test
  void whatTheMemoKeepsStaysCharged() throws CheckpointException {
    StringBuilder stream = new StringBuilder("\u0080\4" + LONG + "cm\nflat\n\u0094](");
    StringBuilder asks = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      // Each state is asked for again.
      stream.append("h\0)\u0081](K\1K\1K\1e\u0094b");
      asks.append('h').append((char) (i + 1)).append('0');
    }
    assertThat(charged(stream + "e0" + asks + "N."))
        .isGreaterThan(200 * (HeapBudget.CONTAINER + OWN));
  }

  @Test
  void withoutAStateItStaysCharged() throws CheckpointException {
    assertThat(each("h\1)\u0081")).isGreaterThanOrEqualTo(HeapBudget.CONTAINER);
  }
}
