package dev.pt2st.pickle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.pickle.analysis.GlobalTracer;
import dev.pt2st.pickle.analysis.PythonLiteral;
import dev.pt2st.testing.CPython;
import dev.pt2st.testing.GraphText;
import dev.pt2st.testing.RandomPickle;
import dev.pt2st.testing.RecordingDomain;
import dev.pt2st.testing.SamplePickles;
import dev.pt2st.testing.WildPickle;
import dev.pt2st.work.Deadline;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The machine does what CPython's does, on random streams and on the pickles of the samples: the
 * same value, with the same parts shared, or an error on both sides, and the same globals on the
 * way. Where the two differ it is on purpose, and stands in {@link #differences()}.
 */
class CPythonTest {
  /** How many streams of each kind; the property is for a longer run. */
  private static final int STREAMS = Integer.getInteger("pt2st.python.streams", 4000);

  private static final long SEED = Long.getLong("pt2st.python.seed", 1);
  private static final int MOST_TOLD = 10;
  private static final Place PLACE = Place.of(Path.of("stream.pkl"));

  /** What {@link GlobalTracer} calls a name that it cannot follow. */
  private static final List<String> UNKNOWN = List.of("?", "?");

  private static @Nullable CPython python;

  /**
   * Where the machine and that of CPython in C differ on purpose: one of them stops, and the other
   * one goes on.
   *
   * @param here whether it is this machine that stops
   * @param complaint what the one that stops says
   * @param stream one that shows it
   * @param why what for
   */
  record Difference(boolean here, String complaint, String stream, String why) {
    private boolean explains(Own own, CPython.Outcome c) {
      return here
          ? Pattern.matches(complaint, own.problem) && startsWith(c.globals(), own.globals)
          : c.error() != null
              && Pattern.matches(complaint, c.error())
              && startsWith(own.globals, c.globals());
    }

    private static boolean startsWith(List<List<String>> all, List<List<String>> some) {
      return some.size() <= all.size() && all.subList(0, some.size()).equals(some);
    }

    @Override
    public String toString() {
      return why;
    }
  }

  static Stream<Difference> differences() {
    return Stream.of(
        new Difference(
            true,
            "the pickle ends before its frame does",
            "\u0080\4\u0095\3\0\0\0\0\0\0\0N..N",
            "a reader that goes on behind the frame would see another pickle"),
        new Difference(
            true,
            ".* in its frame|it needs .* left of its frame",
            "\u0080\4\u0095\2\0\0\0\0\0\0\0M\1\2\3.",
            "CPython loses what is left of a frame, or does not, by where it reads from"),
        new Difference(
            true,
            "APPEND on a value that takes none.*",
            "\u0096\0\0\0\0\0\0\0\0K\1a.",
            "only what APPEND is made for takes items: no bytearray"),
        new Difference(
            true,
            "SETITEM on a value that takes none.*",
            "]NaK\0K\1s.",
            "only what SETITEM is made for takes items: no list or bytearray"),
        new Difference(
            true,
            "BUILD on a value that takes none.*",
            "czoo\nLion\nN}U\4nameK\1s\u0086b.",
            "only what BUILD is made for takes a state: no class, whose attributes it would set"),
        new Difference(
            true,
            "a text has a character written as two halves",
            "V\\ud83d\\ude00\n.",
            "two surrogates in a row are one character here and two there"),
        new Difference(
            true,
            ".*out-of-band buffers.*",
            "C\1a\u0098.",
            "what a pickle keeps outside of itself is not there"),
        new Difference(
            false,
            "MemoryError: .*",
            "Nr\u00ff\u00ff\u00ff\u00ff.",
            "a memo index costs nothing here, and an array of as many places there"));
  }

  @BeforeAll
  static void start() {
    Optional<Path> interpreter = CPython.interpreter();
    Assumptions.assumeTrue(
        interpreter.isPresent(),
        "skipped: no python3 on the path, and none that PT2ST_PYTHON names");
    python = CPython.start(interpreter.orElseThrow());
    Assumptions.assumeTrue(
        python.highestProtocol() >= Unpickler.HIGHEST_PROTOCOL,
        () -> "skipped: " + interpreter.orElseThrow() + " is older than Python 3.8");
  }

  @AfterAll
  static void end() {
    if (python != null) {
      python.close();
    }
  }

  /** What the machine makes of a stream; the value or the complaint is empty. */
  private record Own(List<List<String>> globals, String value, long end, String problem) {}

  private static Own own(byte[] stream) {
    RecordingDomain domain = new RecordingDomain();
    try {
      ByteCursor in = new ByteCursor(MemorySegment.ofArray(stream), PLACE);
      Value value = Unpickler.load(in, domain, new HeapBudget(Limits.STANDARD)).value();
      return new Own(domain.seen(), GraphText.of(value), in.position(), "");
    } catch (CheckpointException e) {
      return new Own(domain.seen(), "", 0, e.problem());
    }
  }

  private static Set<List<String>> traced(byte[] stream) {
    Set<List<String>> names = new HashSet<>();
    GlobalTracer.trace(
            new ByteCursor(MemorySegment.ofArray(stream), PLACE),
            Limits.STANDARD,
            new Deadline(Limits.STANDARD))
        .globals()
        .forEach(global -> names.add(List.of(global.written().module(), global.written().name())));
    return names;
  }

  /**
   * The globals without a last one whose line has no end: the machine in Python takes all but its
   * last byte for the name, and then finds no more opcodes.
   */
  private static List<List<String>> withoutCut(List<List<String>> globals, byte[] stream) {
    String text = new String(stream, StandardCharsets.ISO_8859_1);
    String rest = text.substring(text.lastIndexOf('\n') + 1);
    if (globals.isEmpty() || (rest.isEmpty() && !globals.getLast().get(1).isEmpty())) {
      return globals;
    }
    String cut = rest.isEmpty() ? "" : rest.substring(0, rest.length() - 1);
    String name = latin1(globals.getLast().get(1));
    boolean isCut =
        cut.equals(name) || (name.isEmpty() && cut.endsWith(latin1(globals.getLast().get(0))));
    return isCut ? globals.subList(0, globals.size() - 1) : globals;
  }

  /** A character for each of its bytes. */
  private static String latin1(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** What is wrong with a stream; empty if nothing is. */
  private static String compare(byte[] stream) {
    CPython.Answer answer = python.unpickle(stream);
    CPython.Outcome c = answer.c();
    Own own = own(stream);
    Set<List<String>> traced = traced(stream);
    for (CPython.Outcome outcome : List.of(c, answer.python())) {
      List<List<String>> globals = withoutCut(outcome.globals(), stream);
      if (!traced.containsAll(globals) && !traced.contains(UNKNOWN)) {
        return "not all globals are seen: " + globals + ", and only " + traced;
      }
    }
    String error = c.error() == null ? "" : c.error();
    if (differences().anyMatch(difference -> difference.explains(own, c))) {
      return "";
    }
    if (own.problem.isEmpty() != error.isEmpty()) {
      return own.problem.isEmpty()
          ? "CPython fails: " + error + "; and here it is " + own.value
          : "a complaint: " + own.problem + "; and CPython has " + c.value();
    }
    if (error.isEmpty() && !own.value.equals(c.value())) {
      return "another value: " + own.value + " and not " + c.value();
    }
    if (error.isEmpty() && own.end != c.end()) {
      return "it ends at " + own.end + " and not at " + c.end();
    }
    return own.globals.equals(c.globals())
        ? ""
        : "other globals: "
            + own.globals
            + " ("
            + own.problem
            + ") and not "
            + c.globals()
            + " ("
            + error
            + ")";
  }

  private static void assertSame(Stream<Map.Entry<String, byte[]>> streams) {
    List<String> wrong = new ArrayList<>();
    streams.forEach(entry -> {
      String problem = compare(entry.getValue());
      if (!problem.isEmpty()) {
        wrong.add(entry.getKey() + " " + PythonLiteral.bytes(entry.getValue()) + ": " + problem);
      }
    });
    assertThat(wrong.subList(0, Math.min(wrong.size(), MOST_TOLD)))
        .as("%d streams", wrong.size())
        .isEmpty();
  }

  @Test
  void aWildStreamIsUnderstoodAsCPythonDoes() {
    assertSame(
        LongStream.range(SEED, SEED + STREAMS)
            .mapToObj(seed -> Map.entry("wild " + seed, WildPickle.of(seed))));
  }

  @Test
  void aStreamOfAnyOpcodesIsUnderstoodAsCPythonDoes() {
    assertSame(
        LongStream.range(SEED, SEED + STREAMS / 4)
            .mapToObj(
                seed -> Map.entry("random " + seed, RandomPickle.of(seed, (int) (seed % 40)))));
  }

  /** Else nothing but errors would be compared. */
  @Test
  void manyWildStreamsHaveAValue() {
    assertThat(LongStream.range(0, 1000).filter(seed -> !own(WildPickle.of(seed)).value.isEmpty()))
        .hasSizeGreaterThan(200);
  }

  @Test
  void thePicklesOfTheSamplesAreUnderstoodAsCPythonDoes() throws IOException {
    assertSame(SamplePickles.all().entrySet().stream());
  }

  @ParameterizedTest
  @MethodSource("differences")
  void theMachineDiffersOnPurpose(Difference difference) {
    byte[] stream = difference.stream.getBytes(StandardCharsets.ISO_8859_1);
    CPython.Outcome c = python.unpickle(stream).c();
    Own own = own(stream);
    assertThat(difference.explains(own, c)).as("%s; %s", own, c).isTrue();
    // There is a difference.
    assertThat(own.problem.isEmpty()).isNotEqualTo(c.error() == null);
  }
}
