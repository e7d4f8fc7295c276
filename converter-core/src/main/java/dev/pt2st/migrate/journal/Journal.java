package dev.pt2st.migrate.journal;

import dev.pt2st.io.LockedLog;
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
 * What has been done in a tree, kept in a file of it: lines of JSON, each written to the disk
 * before the next piece of work is begun by its thread. A line that is cut short, since a process
 * was killed while it wrote it, counts for nothing. Only one process at a time may write it.
 */
public final class Journal implements AutoCloseable {
  /** Its name in the target tree. */
  public static final String NAME = OwnFiles.JOURNAL;

  /**
   * Of a record of more than ten thousand shards: one that is longer is not remembered, and so its
   * outputs are compared with their sources in each run.
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

  /** Where the journal of a migration is. */
  public static Path pathOf(MigrationSettings settings) {
    Path elsewhere = settings.journal();
    return elsewhere == null ? settings.target().root().resolve(NAME) : elsewhere;
  }

  /**
   * Opens the journal of a migration for writing, and says that a run has begun.
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

  /** Opens the journal that stands in a tree, as {@link #open(MigrationSettings)} does. */
  static Journal open(PathTree target) throws IOException {
    return open(target, target.root().resolve(NAME));
  }

  /** A file that the user has named wrongly is not written to. */
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
            path.toString(), null, "is there already and is no journal; name another file");
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

  /** Who is at work in the tree of a directory, in words. */
  static String inUse(Path directory) throws IOException {
    try (Journal journal =
        new Journal(directory.resolve(NAME), LockedLog.read(directory.resolve(NAME)))) {
      return inUse(journal.readOn());
    }
  }

  /** What else is at work where this journal's run is; for one that is only read, nothing. */
  public ConcurrentRuns otherRuns() {
    return new ConcurrentRuns(log != null && log.isLocked() ? path : null);
  }

  /** Opens the journal of a migration for reading alone; there need be none. */
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
   * Takes in what has been written since it was read last.
   *
   * @return the last run that has begun; null if there is none in it
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
   * The runs that did not come to their end, and after which nobody has removed what they left, by
   * what stands in their temporary files' names.
   */
  public Set<String> unended() {
    Set<String> owners = new LinkedHashSet<>(unended.keySet());
    owners.removeAll(swept);
    return owners;
  }

  /** Says that what some runs have left is removed. */
  public void addSwept(Set<String> owners) throws IOException {
    for (String owner : owners) {
      append(RunRecord.swept(owner).line());
      swept.add(owner);
    }
  }

  /**
   * Whether the system went down under a run, and that had begun by some time.
   *
   * @param boot tells this start of the system from others
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

  /** Where what was said of each unit is found. */
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

  /** Says that the run has come to its end, so that it has left nothing behind. */
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
