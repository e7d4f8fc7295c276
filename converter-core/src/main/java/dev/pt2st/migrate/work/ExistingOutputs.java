package dev.pt2st.migrate.work;

import dev.pt2st.CheckpointException;
import dev.pt2st.io.AtomicOutput;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.migrate.content.ExistingSafetensors;
import dev.pt2st.migrate.content.IndexRewrite;
import dev.pt2st.migrate.content.NotAModelException;
import dev.pt2st.migrate.content.SourceFile;
import dev.pt2st.migrate.content.TornOutput;
import dev.pt2st.migrate.content.UnitProgress;
import dev.pt2st.migrate.journal.JournalRecord;
import dev.pt2st.migrate.journal.JournalRecord.Done;
import dev.pt2st.migrate.journal.RunHistory;
import dev.pt2st.migrate.journal.TargetDirectories;
import dev.pt2st.migrate.unit.MigrateOptions;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.migrate.unit.UnitResult.Verdict;
import dev.pt2st.migrate.unit.UnitResult.Written;
import dev.pt2st.safetensors.SafetensorsFile;
import dev.pt2st.tensor.TensorInfo;
import dev.pt2st.verify.Verifier;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks existing files at the paths of a unit's outputs. The journal shows which are outputs of
 * this program. If a process was killed before it could write its record, the content must match
 * the source. No other file is ever replaced.
 */
final class ExistingOutputs {
  private final MigrationSettings settings;
  private final RunHistory earlier;
  private final MigrationUnit unit;
  private final @Nullable JournalRecord known;
  private final LongConsumer progress;
  private int present;

  /** Content of the sources that the outputs lack; empty if none was found yet. */
  private String unconverted = "";

  /**
   * @param unit the unit with the present sizes and times of its sources
   * @param known its record in the journal; null if there is none
   * @param progress receives the number of processed bytes of its sources
   */
  ExistingOutputs(
      MigrationSettings settings,
      RunHistory earlier,
      MigrationUnit unit,
      @Nullable JournalRecord known,
      LongConsumer progress) {
    this.settings = settings;
    this.earlier = earlier;
    this.unit = unit;
    this.known = known;
    this.progress = progress;
  }

  /** Whether there are outputs of this program; valid after {@link #alreadyThere}. */
  boolean areOurs() {
    return present > 0;
  }

  /**
   * The result of a unit whose outputs exist already.
   *
   * @return null if they must be made, or made again; the unit is left unchanged if the model
   *     exists as safetensors made by others
   * @throws IOException if there is a file that this program has not made
   */
  @Nullable UnitResult alreadyThere() throws CheckpointException, IOException, NotAModelException {
    List<Item> items = unit.items();
    List<Written> written = new ArrayList<>();
    boolean sameAsKnown = true;
    boolean allSame = true;
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      TargetDirectories.checkNoLink(settings, PathTree.parent(item.target()));
      Path target = settings.target().path(item.target());
      if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        allSame = false;
        continue;
      }
      present++;
      Done done = doneFor(i, item);
      UnitProgress own = new UnitProgress(progress, item.bytes(), 2);
      boolean same = isSame(item, target, own);
      Optional<String> foreign = earlier.otherRoot(item.target());
      if (!same && foreign.isPresent()) {
        throw new FileSystemException(target.toString(), null, foreign.get());
      }
      if (!same && done == null && !isRemnant(item, target)) {
        if (!earlier.hasMade(unit.name(), item.target()) && ExistingSafetensors.isModel(target)) {
          return UnitResult.not(
              unit, Verdict.LEFT_ALONE, ExistingSafetensors.reason(item.target()));
        }
        throw new FileSystemException(
            target.toString(),
            null,
            earlier
                .otherOptions(unit.name(), item.target())
                .orElse(
                    "is there already and is not what the checkpoint holds; rename it or remove"
                        + " it"));
      }
      String digest =
          item.isMade()
              ? ""
              : SourceFile.digest(
                  settings.source().path(item.source()), settings.options().digest(), own);
      sameAsKnown &= done != null && done.digest().equals(digest);
      allSame &= same && !lacksStatement(item, target);
      written.add(new Written(item.target(), sizeOf(target), digest));
    }
    if (!allSame) {
      checkNoneIsForeign(items);
      return null;
    }
    if (settings.options().isDurable()) {
      makeDurable(items);
    }
    return new UnitResult(
        unit,
        Verdict.ALREADY_THERE,
        "",
        written,
        sameAsKnown ? List.of() : List.of("it was there and is what the checkpoint holds"),
        settings.options().removesOriginals() ? unconverted : null);
  }

  /** Whether this program made it without the statement that is asked for now. */
  private boolean lacksStatement(Item item, Path target) throws IOException {
    return settings.options().statement() != null
        && !item.equals(unit.index())
        && earlier.hasMade(unit.name(), item.target())
        && !Files.exists(MigrateOptions.statementOf(target), LinkOption.NOFOLLOW_LINKS);
  }

  /** Refuses to replace outputs of another source tree, even by the same content. */
  private void checkNoneIsForeign(List<Item> items) throws IOException {
    for (Item item : items) {
      Path target = settings.target().path(item.target());
      Optional<String> foreign = earlier.otherRoot(item.target());
      if (foreign.isPresent() && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileSystemException(target.toString(), null, foreign.get());
      }
    }
  }

  private static long sizeOf(Path target) throws IOException {
    return Files.isRegularFile(target) ? Files.size(target) : 0;
  }

  /** The journal's entry for the target of an item, if the target has not changed since. */
  private @Nullable Done doneFor(int number, Item item) throws IOException {
    if (known == null || !known.isDone() || known.files().size() <= number) {
      return null;
    }
    Done done = known.files().get(number);
    Path target = settings.target().path(item.target());
    boolean unchanged =
        done.target().equals(item.target())
            && Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)
            && Files.size(target) == done.targetBytes();
    return unchanged ? done : null;
  }

  /** Whether the content of a target matches its source. */
  private boolean isSame(Item item, Path target, UnitProgress own)
      throws CheckpointException, IOException, NotAModelException {
    if (item.equals(unit.index())) {
      return isSameIndex(item, target);
    }
    Path source = settings.source().path(item.source());
    CheckpointConversion.Outcome outcome =
        new CheckpointConversion(source, target, settings).look(ScratchFolder.TEMPORARY);
    unconverted = UnitConverter.first(unconverted, unit, item, outcome);
    if (!Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS) || !isSafetensors(target)) {
      return false;
    }
    return Verifier.verify(source, target, settings.options().convert(), own).isSame();
  }

  /** Whether a file is the rest of an output after a crash of the system. */
  private boolean isRemnant(Item item, Path target) throws IOException {
    return Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)
        && !item.equals(unit.index())
        && !isSafetensors(target)
        && earlier.mayBeLost(known, target)
        && TornOutput.mayBe(target, settings.options().convert());
  }

  private static boolean isSafetensors(Path target) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(target)) {
      return !file.tensors().isEmpty();
    } catch (CheckpointException e) {
      return false;
    }
  }

  private boolean isSameIndex(Item index, Path target) throws CheckpointException, IOException {
    IndexRewrite rewrite = IndexRewrite.of(settings.source().path(unit.name()), !index.isMade());
    for (Item item : unit.files()) {
      Path shard = settings.target().path(item.target());
      if (!Files.isRegularFile(shard)) {
        return false;
      }
      addShard(rewrite, item, shard);
    }
    return holds(target, rewrite.bytes());
  }

  /** Whether a file exists, is not a link, and has this content. */
  static boolean holds(Path file, byte[] content) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Files.size(file) == content.length
        && Arrays.equals(Files.readAllBytes(file), content);
  }

  /** Adds the safetensors file of a shard to its index. */
  static void addShard(IndexRewrite rewrite, Item item, Path shard)
      throws CheckpointException, IOException {
    try (SafetensorsFile file = SafetensorsFile.open(shard)) {
      long bytes = 0;
      List<String> names = new ArrayList<>();
      for (TensorInfo tensor : file.tensors()) {
        names.add(tensor.name());
        bytes += tensor.end() - tensor.begin();
      }
      rewrite.add(PathTree.name(item.source()), PathTree.name(item.target()), names, bytes);
    }
  }

  private void makeDurable(List<Item> items) throws IOException {
    for (Item item : items) {
      Path target = settings.target().path(item.target());
      AtomicOutput.sync(target);
      TargetDirectories.sync(settings.target(), item.target());
    }
  }
}
