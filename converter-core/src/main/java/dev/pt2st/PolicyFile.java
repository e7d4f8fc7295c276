package dev.pt2st;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An organisation's own list of further globals that it knows to be data. It is a UTF-8 text with
 * one name a line, then spaces or tabs, then the reason. Empty lines and lines that begin with
 * {@code #} are ignored. Names are exact, as in the built-in allowlist.
 *
 * <pre>
 * # Settings that our trainer keeps beside the weights.
 * ourlab.config.TrainConfig    a dataclass of numbers and texts, reviewed 2026-03
 * </pre>
 *
 * @param entries in the order of the file
 */
public record PolicyFile(List<Entry> entries) {
  private static final int LONGEST_LINE = 1 << 16;

  public PolicyFile {
    entries = List.copyOf(entries);
  }

  /**
   * One line.
   *
   * @param name module and qualified name, joined by a dot, as in Python 3
   * @param reason why it is data
   */
  public record Entry(String name, String reason) {}

  /**
   * Reads a file.
   *
   * @throws FileSystemException if a line is malformed, with its number
   * @throws IOException if the file cannot be read
   */
  public static PolicyFile read(Path file) throws IOException {
    List<Entry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      int number = 1;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          Entry entry = entry(file, line, number);
          if (!names.add(entry.name())) {
            throw wrong(file, number, "the name " + entry.name() + " is there twice");
          }
          entries.add(entry);
        }
        number++;
      }
    } catch (CharacterCodingException e) {
      throw new FileSystemException(file.toString(), null, "a policy file must be UTF-8");
    }
    return new PolicyFile(entries);
  }

  private static Entry entry(Path file, String line, int number) throws FileSystemException {
    if (line.length() > LONGEST_LINE) {
      throw wrong(file, number, "the line is too long");
    }
    String[] fields = line.strip().split("\\s+", 2);
    if (fields[0].indexOf('*') >= 0 || fields[0].indexOf('?') >= 0) {
      throw wrong(file, number, "a policy has exact names, not patterns such as " + fields[0]);
    }
    if (fields[0].indexOf('.') < 0) {
      throw wrong(file, number, fields[0] + " is not the name of a module and of something in it");
    }
    if (fields.length < 2) {
      throw wrong(file, number, "there is no reason after the name " + fields[0]);
    }
    return new Entry(fields[0], fields[1]);
  }

  private static FileSystemException wrong(Path file, int line, String what) {
    return new FileSystemException(file.toString(), null, "line " + line + ": " + what);
  }
}
