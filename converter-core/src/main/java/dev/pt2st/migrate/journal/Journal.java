package dev.pt2st.migrate.journal;

import dev.pt2st.io.output.LockedLog;
import dev.pt2st.migrate.lines.LineReader;
import dev.pt2st.migrate.names.OwnFiles;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.PathTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file in a tree that records what was done there: lines of JSON, each of which is on the disk
 * before its thread begins the next unit. A truncated line, left by a killed process, is ignored.
 * Only one process at a time may write it.
 */
public final class Journal implements AutoCloseable {
  /** Its name in the target tree. */
  public static final String NAME = OwnFiles.JOURNAL;

  /**
   * The longest line, enough for ten thousand shards. A longer record is ignored, so its outputs
   * are compared with their sources in each run.
   */
  private static final int LONGEST_LINE = 4 << 20;

  private final Path path;
  private final @Nullable LockedLog log;
  private final JournalIndex index;
  private final Map<String, RunRecord> unended = new LinkedHashMap<>();
  private final Set<String> swept = new HashSet<>();
  private long read;

  private Journal(Path path, @Nullable LockedLog log) throws IOException {
    this.path = path;
    this.log = log;
    this.index = new JournalIndex(this::at);
  }

  /** The path of a migration's journal. */
  public static Path pathOf(MigrationSettings settings) {
    Path elsewhere = settings.journal();
    return elsewhere == null ? settings.target().root().resolve(NAME) : elsewhere;
  }

  /**
   * Opens the journal of a migration for writing, and records that a run has begun.
   *
   * @throws IOException if it cannot be written, or another process writes it or one above it,
   *     which the message names
   */
  public static Journal open(MigrationSettings settings) throws IOException {
    Path elsewhere = settings.journal();
    if (elsewhere != null) {
      checkIsJournal(elsewhere);
    }
    return open(settings.target(), pathOf(settings));
  }

  /** Opens the journal of a tree, like {@link #open(MigrationSettings)}. */
  static Journal open(PathTree target) throws IOException {
    return open(target, target.root().resolve(NAME));
  }

  /** Refuses a file that is not a journal, so that a mistyped name does no harm. */
  private static void checkIsJournal(Path path) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new FileSystemException(
          path.toString(), null, "there is no directory " + folder + " to write into");
    }
    if (!Files.isRegularFile(path) || Files.size(path) == 0) {
      return;
    }
    try (InputStream in = Files.newInputStream(path)) {
      String first = new LineReader(in, LONGEST_LINE).next();
      if (first == null || (JournalRecord.read(first) == null && RunRecord.read(first) == null)) {
        throw new FileSystemException(
            path.toString(), null, "is there already and is not a journal; name another file");
      }
    }
  }

  private static Journal open(PathTree target, Path path) throws IOException {
    LockedLog log = LockedLog.open(path);
    Journal journal = new Journal(path, log);
    try {
      RunRecord last = journal.readOn();
      if (!log.isLocked()) {
        throw new FileSystemException(target.root().toString(), null, inUse(last));
      }
      journal.otherRuns().checkAbove(target.root());
      log.endLastLine();
      log.append(bytes(RunRecord.now(RunRecord.Kind.RUN).line()));
      return journal;
    } catch (IOException | RuntimeException | Error e) {
      journal.close();
      throw e;
    }
  }

  private static String inUse(@Nullable RunRecord last) {
    return "another migration is at work here"
        + (last == null
            ? ""
            : ": process " + last.pid() + " on " + last.host() + ", since " + last.time())
        + "; wait until it has ended, or stop it";
  }

  /** Describes the run that works in the tree of a directory. */
  static String inUse(Path directory) throws IOException {
    try (Journal journal =
        new Journal(directory.resolve(NAME), LockedLog.read(directory.resolve(NAME)))) {
      return inUse(journal.readOn());
    }
  }

  /**
   * Finds other runs in the directories of this journal's run; none for a journal that is only
   * read.
   */
  public ConcurrentRuns otherRuns() {
    return new ConcurrentRuns(log != null && log.isLocked() ? path : null);
  }

  /** Opens the journal of a migration for reading only; it need not exist. */
  public static Journal read(MigrationSettings settings) throws IOException {
    Path path = pathOf(settings);
    Journal journal =
        new Journal(
            path, Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? LockedLog.read(path) : null);
    try {
      journal.readOn();
      return journal;
    } catch (IOException | RuntimeException | Error e) {
      journal.close();
      throw e;
    }
  }

  private static byte[] bytes(String line) {
    return (line + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads what has been written since the last read.
   *
   * @return the last run that has begun; null if there is none
   */
  public @Nullable RunRecord readOn() throws IOException {
    RunRecord last = null;
    if (log == null) {
      return null;
    }
    LineReader lines = new LineReader(log.from(read), LONGEST_LINE);
    long at = read;
    for (String line = lines.next(); line != null; line = lines.next()) {
      JournalRecord record = JournalRecord.read(line);
      RunRecord run = record == null ? RunRecord.read(line) : null;
      if (record != null) {
        index.add(record, at + 1);
      } else if (run != null) {
        last = run.kind() == RunRecord.Kind.RUN ? run : last;
        take(run);
      }
      at = read + lines.position();
    }
    read = at;
    return last;
  }

  private void take(RunRecord run) {
    switch (run.kind()) {
      case RUN -> unended.put(run.owner(), run);
      case END -> unended.remove(run.owner());
      case SWEPT -> swept.add(run.owner());
    }
  }

  /**
   * The runs that did not end and whose temporary files were not removed, by the mark in the names
   * of these files.
   */
  public Set<String> unended() {
    Set<String> owners = new LinkedHashSet<>(unended.keySet());
    owners.removeAll(swept);
    return owners;
  }

  /** Records that the temporary files of some runs are removed. */
  public void addSwept(Set<String> owners) throws IOException {
    for (String owner : owners) {
      append(RunRecord.swept(owner).line());
      swept.add(owner);
    }
  }

  /**
   * Whether the system crashed during a run that had begun before a time.
   *
   * @param boot identifies this boot of the system
   */
  boolean wentDownSince(Instant time, String boot) {
    return unended.values().stream()
        .anyMatch(
            run -> !run.boot().equals(boot) && !run.time().isEmpty() && !begin(run).isAfter(time));
  }

  private static Instant begin(RunRecord run) {
    try {
      return Instant.parse(run.time());
    } catch (DateTimeParseException e) {
      return Instant.MAX;
    }
  }

  /** The index of the records of each unit. */
  JournalIndex index() {
    return index;
  }

  private @Nullable JournalRecord at(long place) throws IOException {
    if (log == null) {
      return null;
    }
    String line = new LineReader(log.from(place - 1), LONGEST_LINE).next();
    return line == null ? null : JournalRecord.read(line);
  }

  /**
   * Adds a record and waits until it is on the disk.
   *
   * @throws IOException if it cannot be written
   */
  public void add(JournalRecord record) throws IOException {
    append(record.line());
  }

  private void append(String line) throws IOException {
    if (log == null || !log.isLocked()) {
      throw new IllegalStateException("opened for reading");
    }
    log.append(bytes(line));
  }

  /**
   * Adds a record that may be lost if the program is killed.
   *
   * @throws IOException if it cannot be written
   */
  public void addLater(JournalRecord record) throws IOException {
    if (log == null || !log.isLocked()) {
      throw new IllegalStateException("opened for reading");
    }
    log.appendLater(bytes(record.line()));
  }

  /** Records that the run has ended and left no temporary files. */
  public void end() throws IOException {
    if (log != null && log.isLocked()) {
      log.append(bytes(RunRecord.now(RunRecord.Kind.END).line()));
    }
  }

  @Override
  public void close() throws IOException {
    index.close();
    if (log != null) {
      log.close();
    }
  }
}
