package dev.pt2st.pickle.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.pickle.Opcode;
import dev.pt2st.testing.RandomPickle;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The disassembler says what {@code python3 -m pickletools} says, line for line. Skipped where
 * there is no Python.
 */
class PickletoolsTest {
  /** Disassembles each file of a folder up to where pickletools gives up. */
  private static final String SCRIPT =
      """
      import io, pathlib, pickletools, sys
      for file in sorted(pathlib.Path(sys.argv[1]).glob('*.pkl')):
          data, text = io.BytesIO(file.read_bytes()), io.StringIO()
          try:
              for pickle in range(5):
                  pickletools.dis(data, text)
          except Exception:
              pass
          file.with_suffix('.dis').write_bytes(text.getvalue().encode('utf-8'))
      """;

  private static final int RANDOM_STREAMS = 300;

  @TempDir Path folder;

  @Test
  void samplesAndRandomStreamsAreDisassembledAsPickletoolsDoes() throws Exception {
    assumeTrue(python("-c", "import pickletools"), "there is no python3 to compare with");
    Map<String, byte[]> pickles = new TreeMap<>();
    for (String samples : List.of("samples/checkpoints", "samples/hostile")) {
      Path root = Path.of(System.getProperty("pt2st.root", ".."));
      try (Stream<Path> files = Files.list(root.resolve(samples))) {
        for (Path file : files.sorted().toList()) {
          collect(file, pickles);
        }
      }
    }
    assertThat(pickles).hasSizeGreaterThan(50);
    for (int seed = 0; seed < RANDOM_STREAMS; seed++) {
      pickles.put("random-" + seed, RandomPickle.of(seed, 1 + seed));
    }
    for (Map.Entry<String, byte[]> pickle : pickles.entrySet()) {
      Files.write(folder.resolve(pickle.getKey() + ".pkl"), pickle.getValue());
    }
    assertThat(python("-c", SCRIPT, folder.toString())).isTrue();
    for (Map.Entry<String, byte[]> pickle : pickles.entrySet()) {
      List<String> expected = Files.readAllLines(folder.resolve(pickle.getKey() + ".dis"));
      List<String> actual = lines(pickle.getValue());
      assertThat(actual).as(pickle.getKey()).hasSizeGreaterThanOrEqualTo(expected.size());
      assertThat(actual.subList(0, expected.size()))
          .as(pickle.getKey())
          .containsExactlyElementsOf(expected);
    }
  }

  /** A file's pickles: of a ZIP those that a pickle's name tells, of others the file itself. */
  private static void collect(Path file, Map<String, byte[]> pickles) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (file.endsWith("deep_nesting.pkl")) {
      return; // the indentation of its 200,000 marks would take gigabytes
    }
    if (bytes.length == 0 || bytes[0] != 'P') {
      pickles.put(file.getFileName().toString(), bytes);
      return;
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (entry.getName().endsWith(".pkl")) {
          String name = file.getFileName() + "-" + entry.getName().replace('/', '-');
          pickles.put(name, zip.getInputStream(entry).readAllBytes());
        }
      }
    } catch (ZipException e) {
      // No other reader opens it either: it is broken, or made to mislead.
      boolean hostile = file.getParent().endsWith("hostile");
      assertThat(hostile || file.getFileName().toString().startsWith("bad_"))
          .as("%s", file)
          .isTrue();
    }
  }

  private static boolean python(String... arguments) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("python3"));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).inheritIO().start();
      try {
        return process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0;
      } finally {
        process.destroyForcibly().waitFor();
      }
    } catch (IOException e) {
      return false; // there is no such program
    }
  }

  /** Up to five pickles in a row, in the format of pickletools. */
  private static List<String> lines(byte[] stream) {
    ByteCursor in = new ByteCursor(MemorySegment.ofArray(stream), Place.of(Path.of("test.pkl")));
    List<String> lines = new ArrayList<>();
    try {
      for (int pickle = 0; pickle < 5; pickle++) {
        Disassembler disassembler = new Disassembler(in, Limits.STANDARD);
        while (disassembler.hasNext()) {
          lines.add(line(disassembler.next()));
        }
        lines.add("highest protocol among opcodes = " + disassembler.highestProtocol());
      }
    } catch (CheckpointException e) {
      lines.add(e.getMessage());
    }
    return lines;
  }

  private static String line(Disassembler.Step step) {
    Opcode opcode = step.instruction().opcode();
    SymbolicEffect effect = step.effect();
    String code =
        PythonLiteral.text(
            new String(new byte[] {(byte) opcode.code()}, StandardCharsets.ISO_8859_1));
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            "%5d: %-4s %s%s",
            step.instruction().offset(),
            code.substring(1, code.length() - 1),
            "    ".repeat(effect.level()),
            opcode));
    List<String> notes = new ArrayList<>();
    String argument = step.instruction().argumentText(1 << 20);
    if (!argument.isEmpty()) {
      notes.add(argument);
    }
    if (effect.mark() >= 0) {
      notes.add("(MARK at " + effect.mark() + ")");
    } else if (opcode == Opcode.MEMOIZE) {
      notes.add("(as " + effect.memo() + ")");
    }
    if (!notes.isEmpty()) {
      line.append(" ".repeat(Math.max(0, 10 - opcode.name().length())));
      notes.forEach(note -> line.append(' ').append(note));
    }
    return line.toString();
  }
}
