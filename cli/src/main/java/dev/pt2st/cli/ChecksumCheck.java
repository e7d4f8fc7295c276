package dev.pt2st.cli;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.cli.ChecksumCommand.Sum;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Compares models with a list of digests, as {@code sha256sum -c} does files. */
final class ChecksumCheck {
  private final Path list;
  private final Function<Path, Sum> sumUp;
  private final List<Checked> checked = new ArrayList<>();
  private final List<Integer> malformed = new ArrayList<>();

  /** A line of the list with what the file is today. */
  private record Checked(ChecksumLine line, Sum sum) {
    boolean isSame() {
      return sum.digest() != null && sum.digest().sha256().equals(line.sha256());
    }
  }

  /**
   * @param list the file with the digests
   * @param sumUp sums up a model, and says why it cannot
   */
  ChecksumCheck(Path list, Function<Path, Sum> sumUp) {
    this.list = list;
    this.sumUp = sumUp;
  }

  /**
   * Compares all, and says so.
   *
   * @return the exit code
   * @throws IOException if the list cannot be read
   */
  ExitCode run(Terminal terminal, boolean quiet, boolean asJson) throws IOException {
    List<String> lines = lines();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).isBlank()) {
        continue;
      }
      ChecksumLine line = ChecksumLine.parse(lines.get(i));
      if (line == null) {
        malformed.add(i + 1);
        continue;
      }
      Checked found = new Checked(line, sumUp.apply(line.path()));
      checked.add(found);
      if (!asJson && !(quiet && found.isSame())) {
        terminal.line(line.path() + ": " + verdict(found));
      }
    }
    if (asJson) {
      Json.print(terminal, this::write);
    }
    terminal.flush();
    return end(terminal);
  }

  private List<String> lines() throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(list), StandardCharsets.UTF_8))) {
      List<String> lines = new ArrayList<>();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
      return lines;
    }
  }

  private static String verdict(Checked found) {
    return found.isSame() ? "OK" : found.sum.failure() == null ? "FAILED" : "FAILED to read";
  }

  private ExitCode end(Terminal terminal) {
    ExitCode code = ChecksumCommand.worst(checked.stream().map(Checked::sum).toList());
    for (int line : malformed) {
      terminal.note("pt2st: " + list + ": line " + line + " is not a digest and a path");
      code = code.or(ExitCode.FAILED);
    }
    if (checked.isEmpty()) {
      terminal.note("pt2st: " + list + ": there is no line of a digest and a path in it");
      code = code.or(ExitCode.FAILED);
    }
    long different =
        checked.stream().filter(one -> !one.isSame() && one.sum.failure() == null).count();
    if (different > 0) {
      terminal.note("pt2st: " + different + " of " + checked.size() + " digests differ");
      code = ExitCode.DIFFERENT;
    }
    return code;
  }

  private void write(JsonWriter json) throws IOException {
    json.name("models").beginArray();
    for (Checked one : checked) {
      json.beginObject();
      json.name("file").value(one.line.path().toString());
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
