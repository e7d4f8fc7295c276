package dev.pt2st.migrate.recognize;

import dev.pt2st.migrate.content.ExistingSafetensors;
import dev.pt2st.migrate.content.FileKind;
import dev.pt2st.migrate.journal.JournalRecord;
import dev.pt2st.migrate.journal.RunHistory;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.Selection;
import dev.pt2st.migrate.unit.UnitResult;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Looks facts up in both trees and in the journal. */
public final class FactsOnDisk implements FactsOnDemand {
  private final MigrationSettings settings;
  private final RunHistory earlier;
  private final ExistingSafetensors existing;

  /**
   * @param selection files that the user excludes are ignored
   */
  public FactsOnDisk(MigrationSettings settings, Selection selection, RunHistory earlier) {
    this.settings = settings;
    this.earlier = earlier;
    this.existing = new ExistingSafetensors(settings, selection);
  }

  @Override
  public boolean holdsTensors(Item item) throws IOException {
    return FileKind.holdsTensors(
        settings.source().path(item.source()), settings.options().convert());
  }

  @Override
  public boolean isThere(String source) {
    try {
      return Files.exists(settings.source().path(source));
    } catch (IOException | InvalidPathException e) {
      return false; // the text does not lead to a single file
    }
  }

  @Override
  public boolean isDone(MigrationUnit unit) throws IOException {
    JournalRecord record = earlier.record(unit);
    return record != null && earlier.isDone(unit, record);
  }

  @Override
  public boolean isPutBeside(MigrationUnit unit) throws IOException {
    JournalRecord record = earlier.record(unit);
    return record != null && earlier.isPutBeside(unit, record);
  }

  @Override
  public Optional<String> leftAlone(MigrationUnit unit) throws IOException {
    JournalRecord record = earlier.record(unit);
    return record != null
            && record.verdict() == UnitResult.Verdict.LEFT_ALONE
            && RunHistory.areUnchanged(unit, record)
            && settings.inPlace()
            && holdsStill(unit, record.reason())
        ? Optional.of(record.reason())
        : Optional.empty();
  }

  /** If the reason was a file beside it, whether that file still exists. */
  private boolean holdsStill(MigrationUnit unit, String reason) throws IOException {
    for (Item item : unit.items()) {
      if (reason.equals(ExistingSafetensors.reason(item.target()))) {
        return Files.exists(settings.target().path(item.target()));
      }
    }
    return true;
  }

  @Override
  public boolean isBeingRemoved(List<Item> found, String index) throws IOException {
    if (!ExistingSafetensors.isModel(settings.target().path(index))) {
      return false;
    }
    for (Item item : found) {
      String source = item.leadsTo().isEmpty() ? item.source() : item.leadsTo();
      JournalRecord record = earlier.recordOfSource(source);
      if (record == null || !record.isDone()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Optional<ExistingSafetensors.Beside> beside(MigrationUnit unit) throws IOException {
    return existing.beside(unit);
  }

  @Override
  public Optional<UnfitName> unfitName(MigrationUnit unit) throws IOException {
    for (Item item : unit.items()) {
      Path name = thereOrAbove(item.target());
      try {
        Files.readAttributes(name, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      } catch (NoSuchFileException | AccessDeniedException e) {
        // As it should be; other problems are reported by the work itself.
      } catch (FileSystemException e) {
        return Optional.of(
            new UnfitName(
                item.target(), Objects.requireNonNullElse(e.getReason(), "it is refused")));
      }
    }
    return Optional.empty();
  }

  /**
   * The path of a target; if its directory does not exist yet, the same name in an existing
   * directory.
   */
  private Path thereOrAbove(String target) throws IOException {
    String directory = PathTree.parent(target);
    while (!directory.isEmpty() && !Files.exists(settings.target().path(directory))) {
      directory = PathTree.parent(directory);
    }
    return settings.target().path(PathTree.child(directory, PathTree.name(target)));
  }
}
