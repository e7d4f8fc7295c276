package dev.pt2st.migrate.work;

import dev.pt2st.IfExists;
import dev.pt2st.io.AtomicOutput;
import dev.pt2st.io.OpenFolder;
import dev.pt2st.io.output.OutputGroup;
import dev.pt2st.migrate.content.SourceFile;
import dev.pt2st.migrate.content.UnitProgress;
import dev.pt2st.migrate.journal.JournalRecord;
import dev.pt2st.migrate.journal.JournalRecord.Done;
import dev.pt2st.migrate.journal.RunHistory;
import dev.pt2st.migrate.journal.TargetDirectories;
import dev.pt2st.migrate.unit.MigrateOptions.Digest;
import dev.pt2st.migrate.unit.MigrateOptions.SideFiles;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.MigrationUnit.Kind;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.migrate.unit.UnitResult.Verdict;
import dev.pt2st.migrate.unit.UnitResult.Written;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Copies or links files that are not checkpoints into another tree. */
final class SideFileCopier {
  private final MigrationSettings settings;
  private final RunHistory earlier;

  SideFileCopier(MigrationSettings settings, RunHistory earlier) {
    this.settings = settings;
    this.earlier = earlier;
  }

  /**
   * Copies or links a file; a link within the source tree becomes a link within the target tree. An
   * unchanged copy of an earlier run is replaced if its source has changed.
   *
   * @param known its record in the journal; null if there is none
   * @param progress receives the number of processed bytes of the source
   * @throws IOException if this fails, or there is another file of this name
   */
  UnitResult put(MigrationUnit unit, @Nullable JournalRecord known, LongConsumer progress)
      throws IOException {
    Item item = unit.files().getFirst();
    Path source = settings.source().path(item.source());
    Path target = settings.target().path(item.source());
    TargetDirectories.make(settings, item.source());
    boolean there = isThere(unit, source, target);
    if (!there && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      Optional<String> converted = earlier.convertedInto(item.source());
      if (converted.isPresent()) {
        return UnitResult.not(unit, Verdict.LEFT_ALONE, staysConverted(converted.get()));
      }
    }
    String digest = "";
    Path to = linkTo(unit, source);
    if (to != null) {
      link(target, to);
    } else {
      UnitProgress own = new UnitProgress(progress, item.bytes(), 1);
      digest =
          there
              ? SourceFile.digest(source, Digest.CRC32C, own)
              : copy(item, source, target, known == null ? null : known.files().getFirst(), own);
      if (settings.options().isDurable()) {
        AtomicOutput.sync(target);
        TargetDirectories.sync(settings.target(), item.source());
      }
    }
    return new UnitResult(
        unit,
        there ? Verdict.ALREADY_THERE : Verdict.PUT_BESIDE,
        "",
        List.of(new Written(item.source(), item.bytes(), digest)),
        List.of());
  }

  /** The target of the link to be made; null for a copy. */
  private @Nullable Path linkTo(MigrationUnit unit, Path source) {
    Item item = unit.files().getFirst();
    return unit.kind() == Kind.SIDE_LINK
        ? Path.of(PathTree.relative(item.source(), item.leadsTo()))
        : settings.options().sideFiles() == SideFiles.LINK ? source.toAbsolutePath() : null;
  }

  private boolean isThere(MigrationUnit unit, Path source, Path target) throws IOException {
    Path to = linkTo(unit, source);
    return to == null ? isCopy(source, target) : isLink(target, to);
  }

  /**
   * The reason why an output of an earlier run is not replaced by another file: the checkpoint may
   * be removed already.
   */
  private static String staysConverted(String unit) {
    return "what "
        + unit
        + " was converted to has this name in the other tree and is kept; remove it there to have"
        + " this file instead";
  }

  private static boolean isLink(Path link, Path to) throws IOException {
    return Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(to);
  }

  /** Makes a symbolic link; returns whether it existed already. */
  static boolean link(Path link, Path to) throws IOException {
    if (isLink(link, to)) {
      return true;
    }
    refuseOther(link);
    try (OpenFolder folder = OpenFolder.of(link)) {
      folder.symbolicLink(link, to);
    }
    return false;
  }

  private static void refuseOther(Path target) throws IOException {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileSystemException(
          target.toString(), null, "is there already and is another file; rename it or remove it");
    }
  }

  private static boolean isCopy(Path source, Path target) throws IOException {
    return Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)
        && Files.size(target) == Files.size(source)
        && Files.mismatch(source, target) < 0;
  }

  /** Whether a file is as an earlier run has written it. */
  private static boolean isAsWritten(Path target, Done done) throws IOException {
    return Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)
        && SourceFile.digest(target, Digest.CRC32C, new UnitProgress(bytes -> {}, 0, 1))
            .equals(done.digest());
  }

  /** Copies a file; returns its digest. */
  private String copy(
      Item item, Path source, Path target, @Nullable Done done, UnitProgress progress)
      throws IOException {
    Optional<String> foreign = earlier.otherRoot(item.source());
    if (foreign.isPresent() && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileSystemException(target.toString(), null, foreign.get());
    }
    boolean ours = done != null && isAsWritten(target, done);
    if (!ours) {
      refuseOther(target);
    }
    try (OutputGroup group = new OutputGroup(ours ? IfExists.REPLACE : IfExists.REFUSE)) {
      group.asPrivateAs(source);
      AtomicOutput output = group.create(target);
      try {
        String digest = SourceFile.copy(source, output, Digest.CRC32C, progress);
        output.takeModeAndTime(source);
        group.commit(settings.options().durability());
        return digest;
      } catch (IOException e) {
        throw group.explain(e, Files.size(source));
      }
    }
  }
}
