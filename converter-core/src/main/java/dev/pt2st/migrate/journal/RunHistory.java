package dev.pt2st.migrate.journal;

import dev.pt2st.Remedy;
import dev.pt2st.migrate.journal.JournalRecord.Done;
import dev.pt2st.migrate.unit.MigrateOptions;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.UnitResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out what earlier runs have done, from the journal and the existing files. */
public final class RunHistory {
  /** The name of the source tree if it is also the target tree, which may be moved as a whole. */
  private static final String IN_PLACE = ".";

  private final MigrationSettings settings;
  private final Journal journal;
  private final String boot = RunRecord.bootId();
  private final String root;

  public RunHistory(MigrationSettings settings, Journal journal) {
    this.settings = settings;
    this.journal = journal;
    this.root = settings.inPlace() ? IN_PLACE : real(settings.source().root());
  }

  /** A path without links; as a URI if it is not text in the system's encoding. */
  private static String real(Path path) {
    Path real;
    try {
      real = path.toRealPath();
    } catch (IOException e) {
      real = path.toAbsolutePath().normalize(); // reading it later reports the error
    }
    return PathTree.isText(real.toString()) ? real.toString() : real.toUri().toString();
  }

  /**
   * The name of the source tree in the journal: its absolute path without links. Only records of
   * the same tree count.
   */
  public String root() {
    return root;
  }

  public String thisBoot() {
    return boot;
  }

  /** The record of a unit that was made with the same options; null if there is none. */
  public @Nullable JournalRecord record(String unit) throws IOException {
    return ofSameOptions(journal.index().find(root, unit));
  }

  /**
   * The record of a unit that was made with the same options. Side files do not depend on options.
   *
   * @return null if there is none
   */
  public @Nullable JournalRecord record(MigrationUnit unit) throws IOException {
    if (unit.kind() != MigrationUnit.Kind.SIDE_FILE) {
      return record(unit.name());
    }
    JournalRecord record = journal.index().find(root, unit.name());
    return record != null && record.verdict() == UnitResult.Verdict.PUT_BESIDE ? record : null;
  }

  /**
   * Whether a file was copied into the other tree unchanged, and neither file has changed since.
   */
  public boolean isPutBeside(MigrationUnit unit, JournalRecord record) throws IOException {
    MigrateOptions options = settings.options();
    return record.verdict() == UnitResult.Verdict.PUT_BESIDE
        && !settings.inPlace()
        && options.sideFiles() == MigrateOptions.SideFiles.COPY
        && !mayBeLost(record)
        && (!options.isDurable() || record.durable())
        && areUnchanged(unit, record)
        && areThere(record.files());
  }

  /** The record of the unit that a source is or was in, which may have other sources too. */
  public @Nullable JournalRecord recordOfSource(String source) throws IOException {
    return ofSameOptions(journal.index().findBySource(root, source));
  }

  private @Nullable JournalRecord ofSameOptions(@Nullable JournalRecord record) {
    return record != null && record.options().equals(settings.options().given()) ? record : null;
  }

  /**
   * Whether a unit is done: its sources have not changed since, and its outputs exist. Outputs that
   * may have been lost in a crash of the system do not count.
   */
  public boolean isDone(MigrationUnit unit, JournalRecord record) throws IOException {
    MigrateOptions options = settings.options();
    return record.isDone()
        && !mayBeLost(record)
        && (!options.comparesOutputs() || record.verified())
        && (!options.isDurable() || record.durable())
        && areUnchanged(unit, record)
        && areThere(record.files());
  }

  /** Whether the system crashed before the outputs of a record were certainly on the disk. */
  public boolean mayBeLost(JournalRecord record) {
    return !record.durable() && (boot.isEmpty() || !boot.equals(record.boot()));
  }

  /**
   * Whether an output may be the rest of one that was not on the disk when the system crashed:
   * there was a run at that time, and it had begun before the file was written.
   *
   * @param record its record; null if there is none
   */
  public boolean mayBeLost(@Nullable JournalRecord record, Path output) throws IOException {
    return record != null
        ? mayBeLost(record)
        : journal.wentDownSince(Files.getLastModifiedTime(output).toInstant(), boot);
  }

  /**
   * Whether by the journal any run, with any options, has made a file of a unit, whatever has
   * happened to the unit since.
   */
  public boolean hasMade(String unit, String target) throws IOException {
    JournalRecord record = journal.index().find(root, unit);
    return record != null
        && !target.isEmpty()
        && record.files().stream().anyMatch(done -> done.target().equals(target));
  }

  /**
   * The unit that an earlier run, with any options, has converted into a file.
   *
   * @param target the file, which exists
   * @return its name; empty if there is none
   */
  public Optional<String> convertedInto(String target) throws IOException {
    Path file = settings.target().path(target);
    if (Files.isSymbolicLink(file)) {
      return convertedIntoWhatIsLinked(file);
    }
    JournalRecord record = journal.index().findByTarget(target);
    return record != null && record.isDone() ? Optional.of(name(record)) : Optional.empty();
  }

  /** Links have no records, so this uses the record of the file that it leads to. */
  private Optional<String> convertedIntoWhatIsLinked(Path link) throws IOException {
    if (!Files.exists(link)) {
      return Optional.empty();
    }
    Path target = settings.target().root().toRealPath();
    Path real = link.toRealPath();
    JournalRecord record =
        real.startsWith(target)
            ? journal.index().findByTarget(new PathTree(target).text(real))
            : null;
    return record != null && record.isDone() ? Optional.of(name(record)) : Optional.empty();
  }

  /**
   * Why an output of an earlier run is not that of this run, if the options are the reason.
   *
   * @return empty if the options are the same
   */
  public Optional<String> otherOptions(String unit, String target) throws IOException {
    JournalRecord record = journal.index().find(root, unit);
    List<String> given = settings.options().given();
    if (record == null || !record.isDone() || record.options().equals(given)) {
      return Optional.empty();
    }
    for (Done done : record.files()) {
      if (done.target().equals(target) && isThere(done)) {
        return Optional.of(
            "is there already: an earlier run has made it "
                + words(record.options())
                + ", and "
                + words(given)
                + " it would be another file; "
                + settings.wording().of(new Remedy.ChooseTarget(Set.of(Remedy.Means.REMOVAL))));
      }
    }
    return Optional.empty();
  }

  /**
   * Why a file of the target tree does not belong to this source tree, if by the journal it was
   * made from another tree, or from a tree that an older version did not record.
   *
   * @return empty if the journal does not say so
   */
  public Optional<String> otherRoot(String target) throws IOException {
    if (!journal.index().isOfAnother(root, target)) {
      return Optional.empty();
    }
    JournalRecord maker = journal.index().findMaker(target);
    String from =
        maker == null
            ? "from another directory"
            : maker.root().equals(root)
                ? "from " + maker.unit() + ", and another directory counts on it too"
                : "from " + name(maker);
    return Optional.of(
        "is there already: an earlier run has made it "
            + from
            + "; "
            + settings.wording().of(new Remedy.ChooseTarget(Set.of())));
  }

  /** The name of a unit, with its source tree if that is another one. */
  private String name(JournalRecord record) {
    if (record.root().equals(root)) {
      return record.unit();
    }
    if (record.root().isEmpty()) {
      return record.unit() + " of a directory that its journal does not name";
    }
    String other = record.root().equals(IN_PLACE) ? real(settings.target().root()) : record.root();
    return other + (other.endsWith("/") ? "" : "/") + record.unit();
  }

  private static String words(List<String> options) {
    return options.isEmpty() ? "without options" : "with " + String.join(" ", options);
  }

  /** Whether the sources of a unit have the sizes and times of a record. */
  public static boolean areUnchanged(MigrationUnit unit, JournalRecord record) {
    List<Item> items = unit.items();
    if (items.size() != record.files().size()) {
      return false;
    }
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      Done done = record.files().get(i);
      if (!item.source().equals(done.source())
          || item.bytes() != done.bytes()
          || item.modified() != done.modified()) {
        return false;
      }
    }
    return true;
  }

  /** Whether all targets of a record exist with the recorded sizes. */
  public boolean areThere(List<Done> files) throws IOException {
    for (Done file : files) {
      if (!isThere(file)) {
        return false;
      }
    }
    return true;
  }

  boolean isThere(Done file) throws IOException {
    if (file.target().isEmpty()) {
      return true;
    }
    Path target = settings.target().path(file.target());
    return Files.isRegularFile(target)
        && Files.size(target) == file.targetBytes()
        && !TargetDirectories.hasLink(settings.target(), file.target());
  }
}
