package dev.pt2st.cli.input;

import dev.pt2st.migrate.lines.JsonFields;
import dev.pt2st.migrate.lines.LineReader;
import dev.pt2st.text.JsonLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The pieces of files that an interrupted migration has fetched, so that the next run can use them.
 * They were not forced to the disk, so only pieces since the last boot of the machine count.
 */
final class FetchedPieces {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final int LONGEST_LINE = 1 << 16;

  private final Path log;
  private final String boot;
  private final Map<String, Kept> kept = new HashMap<>();

  /**
   * The fetched pieces of a file.
   *
   * @param bytes the size of the file
   * @param listed its version in the listing
   * @param version its version on the server that sent the bytes
   * @param runs the start and end of each fetched run of bytes
   */
  private record Kept(long bytes, String listed, String version, TreeMap<Long, Long> runs) {
    boolean has(long from, long to) {
      Map.Entry<Long, Long> run = runs.floorEntry(from);
      return run != null && run.getValue() >= to;
    }

    void add(long from, long to) {
      Map.Entry<Long, Long> before = runs.floorEntry(from);
      long start = before != null && before.getValue() >= from ? before.getKey() : from;
      Map.Entry<Long, Long> last = runs.floorEntry(to);
      long end = last == null ? to : Math.max(to, last.getValue());
      runs.subMap(start, true, to, true).clear();
      runs.put(start, end);
    }

    long there() {
      return runs.entrySet().stream().mapToLong(run -> run.getValue() - run.getKey()).sum();
    }
  }

  private FetchedPieces(Path log, String boot) {
    this.log = log;
    this.boot = boot;
  }

  /** The pieces recorded in a log, which need not exist. */
  static FetchedPieces of(Path log) throws IOException {
    FetchedPieces pieces = new FetchedPieces(log, boot());
    if (pieces.areKept() && Files.isRegularFile(log, LinkOption.NOFOLLOW_LINKS)) {
      try (InputStream in = Files.newInputStream(log)) {
        LineReader lines = new LineReader(in, LONGEST_LINE);
        for (String line = lines.next(); line != null; line = lines.next()) {
          pieces.take(line);
        }
      }
    }
    return pieces;
  }

  private static String boot() {
    try {
      return Files.readString(BOOT_ID).strip();
    } catch (IOException e) {
      return "";
    }
  }

  /** Whether this system has an identifier for each boot. */
  boolean areKept() {
    return !boot.isEmpty();
  }

  private void take(String line) {
    try {
      JsonFields fields = JsonFields.of(line);
      long from = fields.number("from");
      long to = fields.number("to");
      long bytes = fields.number("bytes");
      if (fields.text("boot").equals(boot) && from >= 0 && from < to && to <= bytes) {
        add(fields.text("name"), bytes, fields.text("listed"), fields.text("version"), from, to);
      }
    } catch (IllegalArgumentException e) {
      // An incompletely written line.
    }
  }

  private void add(String name, long bytes, String listed, String version, long from, long to) {
    Kept known = kept.get(name);
    if (known == null
        || known.bytes != bytes
        || !known.listed.equals(listed)
        || !known.version.equals(version)) {
      known = new Kept(bytes, listed, version, new TreeMap<>());
      kept.put(name, known);
    }
    known.add(from, to);
  }

  /** Checks whether a file on the disk can have this many bytes. */
  @FunctionalInterface
  interface Presence {
    boolean of(Inputs.Listed file, long bytes) throws IOException;
  }

  /** Forgets everything except pieces of these versions of files. */
  synchronized void keepOnly(List<Inputs.Listed> files, Presence presence) throws IOException {
    Map<String, Kept> same = new HashMap<>();
    for (Inputs.Listed file : files) {
      Kept known = kept.get(file.name());
      if (known != null
          && !file.version().isEmpty()
          && known.listed.equals(file.version())
          && known.bytes == file.size()
          && presence.of(file, known.runs.lastEntry().getValue())) {
        same.put(file.name(), known);
      }
    }
    kept.clear();
    kept.putAll(same);
  }

  /** Whether any piece of a file is fetched. */
  synchronized boolean hasAny(Inputs.Listed file) {
    return kept.containsKey(file.name());
  }

  /** Whether a piece of a file is fetched. */
  synchronized boolean has(Inputs.Listed file, long from, long to) {
    Kept known = kept.get(file.name());
    return known != null && known.has(from, to);
  }

  /** Whether the pieces of a file, if any, are of this version. */
  synchronized boolean isOf(Inputs.Listed file, String version) {
    Kept known = kept.get(file.name());
    return known == null || known.version.equals(version);
  }

  /** The total number of fetched bytes. */
  synchronized long bytes() {
    return kept.values().stream().mapToLong(Kept::there).sum();
  }

  /** Records a fetched piece. */
  synchronized void add(Inputs.Listed file, String version, long from, long to) throws IOException {
    if (!areKept() || from >= to) {
      return;
    }
    add(file.name(), file.size(), file.version(), version, from, to);
    String line =
        JsonLine.of(
            file,
            (json, of) -> {
              json.name("name").value(of.name());
              json.name("bytes").value(of.size());
              json.name("listed").value(of.version());
              json.name("version").value(version);
              json.name("from").value(from);
              json.name("to").value(to);
              json.name("boot").value(boot);
            });
    Files.writeString(
        log,
        line + "\n",
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND,
        LinkOption.NOFOLLOW_LINKS);
  }
}
