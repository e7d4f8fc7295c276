package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.pickle.analysis.PythonLiteral;
import dev.pt2st.testing.CPython;
import dev.pt2st.testing.CPythonReach;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  /** Takes the answers for {@link RecordedReachTest}; empty if nothing is to be recorded. */
  private static final String RECORD = System.getProperty("pt2st.reach.record", "");

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

  @Test
  void whateverCPythonWouldImportIsNamed() throws IOException {
    ReachCheck check = new ReachCheck(temporary.resolve("stream.bin"));
    List<String> wrong = new ArrayList<>();
    List<String> recorded = new ArrayList<>();
    long importing = 0;
    for (long seed = SEED; seed < SEED + STREAMS && wrong.size() < MOST_TOLD; seed++) {
      byte[] stream = ReachCheck.stream(seed);
      List<List<String>> reached = python.reached(stream);
      if (!reached.isEmpty()) {
        recorded.add(RecordedReachTest.line(seed, stream, reached));
      }
      String problem = check.problem(stream, reached);
      if (!problem.isEmpty()) {
        wrong.add(seed + " " + PythonLiteral.bytes(stream) + ": " + problem);
      }
      importing += ReachCheck.trace(stream).counting().isEmpty() ? 0 : 1;
    }
    if (!RECORD.isEmpty()) {
      Files.write(Path.of(RECORD), recorded);
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
    List<List<String>> reached = python.reached(stream);
    assertThat(reached).isNotEmpty();
    assertThat(new ReachCheck(temporary.resolve("stream.bin")).problem(stream, reached)).isEmpty();
  }
}
