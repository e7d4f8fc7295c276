package dev.pt2st.cli;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.cli.ChecksumCommand.Sum;
import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.report.ChecksumLine;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.terminal.Json;
import dev.pt2st.cli.terminal.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Compares models with a list of digests, as {@code sha256sum -c} does with files. */
final class ChecksumCheck {
  /**
   * The longest line that is read, as no path is longer. So a file that is not a list, with lines
   * of any length, does not fill the memory.
   */
  private static final int LONGEST_LINE = 1 << 16;

  /** How many numbers of malformed lines are kept; further ones are only counted. */
  private static final int MOST_MALFORMED = 1_000;

  private final Path list;
  private final InputStream standardInput;
  private final Function<Location, Sum> sumUp;
  private final List<Checked> checked = new ArrayList<>();
  private final List<Integer> malformed = new ArrayList<>();
  private long malformedLines;

  /** A line of the list with the current digest of the file. */
  private record Checked(ChecksumLine line, Sum sum) {
    boolean isSame() {
      return sum.digest() != null && sum.digest().sha256().equals(line.sha256());
    }

    boolean isDifferent() {
      return sum.failure() == null && !isSame();
    }

    String verdict() {
      return isSame() ? "OK" : isDifferent() ? "FAILED" : "FAILED open or read";
    }
  }

  /**
   * @param list the file with the digests, {@code -} for standard input
   * @param sumUp gives the digest of a model, or why there is none
   */
  ChecksumCheck(Path list, InputStream standardInput, Function<Location, Sum> sumUp) {
    this.list = list;
    this.standardInput = standardInput;
    this.sumUp = sumUp;
  }

  /**
   * Compares all models and prints the result.
   *
   * @return the exit code
   * @throws IOException if the list cannot be read
   */
  ExitCode run(Terminal terminal, boolean quiet, boolean asJson) throws IOException {
    try (BufferedReader reader = reader()) {
      int number = 1;
      for (String text = line(reader); text != null; text = line(reader), number++) {
        if (text.isBlank() || text.startsWith("#")) {
          continue;
        }
        ChecksumLine line = ChecksumLine.parse(text);
        if (line == null) {
          addMalformed(number);
          continue;
        }
        Checked found = new Checked(line, sumUp.apply(line.file()));
        checked.add(found);
        if (!asJson && !(quiet && found.isSame())) {
          terminal.line(ChecksumLine.onOneLine(line.file()) + ": " + found.verdict());
        }
      }
    }
    if (asJson) {
      Json.print(terminal, this::write);
    }
    terminal.flush();
    return end(terminal);
  }

  private BufferedReader reader() throws IOException {
    if (Files.isDirectory(list)) {
      throw new FileSystemException(list.toString(), null, "is a directory, not a list");
    }
    InputStream bytes = list.toString().equals("-") ? standardInput : Files.newInputStream(list);
    return new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8));
  }

  /** The next line without its line end, cut off if it is too long; null at the end. */
  private static @Nullable String line(BufferedReader reader) throws IOException {
    StringBuilder line = new StringBuilder();
    int c = reader.read();
    if (c < 0) {
      return null;
    }
    for (; c >= 0 && c != '\n'; c = reader.read()) {
      if (line.length() < LONGEST_LINE) {
        line.append((char) c);
      }
    }
    int end = line.length() - 1;
    return end >= 0 && line.charAt(end) == '\r' ? line.substring(0, end) : line.toString();
  }

  private void addMalformed(int number) {
    malformedLines++;
    if (malformed.size() < MOST_MALFORMED) {
      malformed.add(number);
    }
  }

  private ExitCode end(Terminal terminal) {
    ExitCode code = ChecksumCommand.worst(checked.stream().map(Checked::sum).toList());
    if (malformedLines > 0) {
      terminal.note("pt2st: " + list + ": " + malformedSentence());
      code = code.or(ExitCode.FAILED);
    }
    if (checked.isEmpty()) {
      terminal.note("pt2st: " + list + ": there is no line of a digest and a path in it");
      code = code.or(ExitCode.FAILED);
    }
    long different = checked.stream().filter(Checked::isDifferent).count();
    if (different > 0) {
      terminal.note(
          "pt2st: "
              + different
              + " of "
              + checked.size()
              + (different == 1 ? " digests differs" : " digests differ"));
      code = ExitCode.DIFFERENT;
    }
    return code;
  }

  private String malformedSentence() {
    String first = "line " + malformed.getFirst();
    return malformedLines == 1
        ? first + " is not a digest and a path"
        : malformedLines + " lines are not a digest and a path, the first of them " + first;
  }

  private void write(JsonWriter json) throws IOException {
    json.name("models").beginArray();
    for (Checked one : checked) {
      json.beginObject();
      json.name("file").value(one.line.file().toString());
      json.name("expected").value(one.line.sha256());
      json.name("same").value(one.isSame());
      if (one.sum.digest() != null) {
        json.name("sha256").value(one.sum.digest().sha256());
      }
      if (one.sum.failure() != null) {
        json.name("error").value(one.sum.failure().message());
        json.name("exit_code").value(one.sum.failure().code().code());
      }
      json.endObject();
    }
    json.endArray();
    json.name("malformed_lines").beginArray();
    for (int line : malformed) {
      json.value(line);
    }
    json.endArray();
  }
}
