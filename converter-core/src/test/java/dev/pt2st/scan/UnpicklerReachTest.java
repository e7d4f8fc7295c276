package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.GlobalName;
import dev.pt2st.GlobalStanding;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.Policy;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.pickle.Python2Names;
import dev.pt2st.pickle.analysis.GlobalTracer;
import dev.pt2st.pickle.analysis.PickleTrace;
import dev.pt2st.pickle.analysis.PythonLiteral;
import dev.pt2st.testing.CPython;
import dev.pt2st.testing.CPythonReach;
import dev.pt2st.testing.OddPickle;
import dev.pt2st.testing.RandomPickle;
import dev.pt2st.testing.WildPickle;
import dev.pt2st.torch.Allowlist;
import dev.pt2st.work.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever one of CPython's unpicklers would import, a scan names: such a file is neither safe nor
 * without a pickle. CPython itself is asked; without it the test is skipped.
 */
class UnpicklerReachTest {
  /** How many streams; the property is for a longer run. */
  private static final long STREAMS = Long.getLong("pt2st.reach.streams", 4000);

  private static final long SEED = Long.getLong("pt2st.reach.seed", 1);
  private static final int MOST_TOLD = 10;
  private static final GlobalName UNKNOWN = new GlobalName("?", "?");
  private static final Place PLACE = Place.of(Path.of("stream.pkl"));

  private static CPythonReach python;

  @TempDir Path temporary;

  @BeforeAll
  static void start() {
    Optional<Path> interpreter = CPython.interpreter();
    Assumptions.assumeTrue(
        interpreter.isPresent(),
        "skipped: no python3 on the path, and none that PT2ST_PYTHON names");
    python = CPythonReach.start(interpreter.orElseThrow());
  }

  @AfterAll
  static void end() {
    if (python != null) {
      python.close();
    }
  }

  private static byte[] stream(long seed) {
    return switch ((int) (seed % 8)) {
      case 0 -> WildPickle.of(seed);
      case 1 -> RandomPickle.of(seed, (int) (seed % 40));
      default -> OddPickle.of(seed);
    };
  }

  private static PickleTrace trace(byte[] stream) {
    return GlobalTracer.reach(
        new ByteCursor(MemorySegment.ofArray(stream), PLACE),
        Limits.STANDARD,
        new Deadline(Limits.STANDARD),
        given -> {});
  }

  /** What is wrong with the scan of a stream; empty if nothing is. */
  private String problem(byte[] stream) {
    List<List<String>> reached = python.reached(stream);
    if (reached.isEmpty()) {
      return "";
    }
    PickleTrace trace = trace(stream);
    Set<GlobalName> counting = new HashSet<>();
    trace
        .counting()
        .forEach(global -> {
          counting.addAll(readings(global.name()));
          counting.addAll(readings(global.written()));
        });
    boolean listed = true;
    for (List<String> one : reached) {
      GlobalName name = new GlobalName(one.getFirst(), one.getLast());
      boolean fromRegistry = trace.reachesExtension();
      if (!counting.contains(name) && !counting.contains(UNKNOWN) && !fromRegistry) {
        return "CPython asks for " + one + ", and only these count: " + counting;
      }
      listed &=
          Allowlist.standing(Python2Names.toPython3(name), Policy.STANDARD)
              == GlobalStanding.LISTED;
    }
    FileReport report = scan(stream);
    return !listed && report.verdict().compareTo(Verdict.UNKNOWN) < 0
        ? "CPython asks for " + reached + ", and the verdict is " + report.verdict().shown()
        : "";
  }

  /** What a loader may ask for: a text of Python 2 is read in the encoding that it wants. */
  private static Set<GlobalName> readings(GlobalName name) {
    Set<GlobalName> readings = new HashSet<>();
    for (String module : List.of(name.module(), latin1(name.module()))) {
      for (String attribute : List.of(name.name(), latin1(name.name()))) {
        readings.add(new GlobalName(module, attribute));
      }
    }
    return readings;
  }

  private static String latin1(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private FileReport scan(byte[] stream) {
    try {
      Path file = Files.write(temporary.resolve("stream.bin"), stream);
      return new FileScanner(ScanOptions.STANDARD).scan(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whateverCPythonWouldImportIsNamed() {
    List<String> wrong = new ArrayList<>();
    long importing = 0;
    for (long seed = SEED; seed < SEED + STREAMS && wrong.size() < MOST_TOLD; seed++) {
      byte[] stream = stream(seed);
      String problem = problem(stream);
      if (!problem.isEmpty()) {
        wrong.add(seed + " " + PythonLiteral.bytes(stream) + ": " + problem);
      }
      importing += trace(stream).counting().isEmpty() ? 0 : 1;
    }
    assertThat(wrong).isEmpty();
    assertThat(importing).isGreaterThan(STREAMS / 20);
    assertThat(python.lost()).as("streams that ended Python").isLessThan(1 + STREAMS / 100);
  }

  static List<String> streams() {
    return List.of(
        // A memo index as a machine in C or in Python takes it.
        "cos\nsystem\np +1 \n0g1\n(Vid\ntR.",
        "cos\nsystem\np" + "0".repeat(300) + "1\n0g1\n(Vid\ntR.",
        "cos\nsystem\np" + "9".repeat(300) + "\n0g" + "9".repeat(300) + "\n(Vid\ntR.",
        // The last line has no end: the machine in Python takes all but its last byte.
        "cos\nsystemX",
        "cosX",
        "(ios\nsystemX",
        // The machine in Python imports before it looks for the mark.
        "ios\nsystem\n.",
        // What only one of the two takes.
        "I 7\n0cos\nsystem\n.",
        "I0777\n0cos\nsystem\n.",
        "F1_0\n0cos\nsystem\n.",
        "F 1.5\n0cos\nsystem\n.",
        "N]b0cos\nsystem\n.",
        "N)b0cos\nsystem\n.",
        "N(e0cos\nsystem\n.",
        "\u0095\u00ff\u00ff\0\0\0\0\0\0cos\nsystem\n.",
        // Without a call.
        "cbuiltins\n__import__\n(dS'a'\nS'b'\nsb.",
        "csys\npath\nVx\na.",
        "GGUFthreeccopyreg\n_inverted_registry\nI77\n(Vos\nVsystem\nts0\u0082M.");
  }

  @ParameterizedTest
  @MethodSource("streams")
  void whatOneMachineAloneReachesIsNamed(String text) {
    byte[] stream = text.getBytes(StandardCharsets.ISO_8859_1);
    assertThat(python.reached(stream)).isNotEmpty();
    assertThat(problem(stream)).isEmpty();
  }
}
