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

/** Tells what an earlier run has done, by the journal and by what is there. */
public final class RunHistory {
  /** The source tree where that is the target tree: it may have been moved as a whole. */
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

  /** A path without links; as a URI where it is no text in the system's encoding. */
  private static String real(Path path) {
    Path real;
    try {
      real = path.toRealPath();
    } catch (IOException e) {
      real = path.toAbsolutePath().normalize(); // whoever needs to read it says so
    }
    return PathTree.isText(real.toString()) ? real.toString() : real.toUri().toString();
  }

  /**
   * What the journal calls the source tree: its path, absolute and without links. Only what it says
   * of the same one counts.
   */
  public String root() {
    return root;
  }

  public String thisBoot() {
    return boot;
  }

  /** What the journal says of a unit, made with the same options; null if nothing. */
  public @Nullable JournalRecord record(String unit) throws IOException {
    return ofSameOptions(journal.index().find(root, unit));
  }

  /**
   * The same of a unit. Side files do not depend on options.
   *
   * @return null if nothing
   */
  public @Nullable JournalRecord record(MigrationUnit unit) throws IOException {
    if (unit.kind() != MigrationUnit.Kind.SIDE_FILE) {
      return record(unit.name());
    }
    JournalRecord record = journal.index().find(root, unit.name());
    return record != null && record.verdict() == UnitResult.Verdict.PUT_BESIDE ? record : null;
  }

  /** Whether a file is copied into the other tree as it is, and neither has changed since. */
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

  /** The same of the unit that a source is or was in, alone or with others. */
  public @Nullable JournalRecord recordOfSource(String source) throws IOException {
    return ofSameOptions(journal.index().findBySource(root, source));
  }

  private @Nullable JournalRecord ofSameOptions(@Nullable JournalRecord record) {
    return record != null && record.options().equals(settings.options().given()) ? record : null;
  }

  /**
   * Whether a unit is done: its sources have not changed since, and what was made of them is there.
   * What was not on the disk when the system went down must be looked at again.
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

  /** Whether the system went down before the outputs of a record were on the disk for sure. */
  public boolean mayBeLost(JournalRecord record) {
    return !record.durable() && (boot.isEmpty() || !boot.equals(record.boot()));
  }

  /**
   * Whether an output may be what is left of one that was not on the disk when the system went
   * down: there was a run then, and it had begun before the file was written.
   *
   * @param record what the journal says of it; null if nothing
   */
  public boolean mayBeLost(@Nullable JournalRecord record, Path output) throws IOException {
    return record != null
        ? mayBeLost(record)
        : journal.wentDownSince(Files.getLastModifiedTime(output).toInstant(), boot);
  }

  /**
   * Whether the journal says that a run, with whatever options, has made a file of a unit, whatever
   * has become of the unit since.
   */
  public boolean hasMade(String unit, String target) throws IOException {
    JournalRecord record = journal.index().find(root, unit);
    return record != null
        && !target.isEmpty()
        && record.files().stream().anyMatch(done -> done.target().equals(target));
  }

  /**
   * The unit that an earlier run, with whatever options, has converted into a file.
   *
   * @param target the file, which is there
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

  /** A link has no record; the file that it leads to has. */
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
   * Why an output of an earlier run is not that of this one, if the options are why.
   *
   * @return empty if they are not
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
   * Why a file of the target tree is none of this source tree's, if the journal says that it was
   * made from another one, or from one that an older version did not write down.
   *
   * @return empty if it does not
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

  /** A unit's name, with its source tree where that is not this one. */
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

  /** Whether the sources of a unit have the sizes and times that a record says. */
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

  /** Whether all targets of a record are there with the sizes that it says. */
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
