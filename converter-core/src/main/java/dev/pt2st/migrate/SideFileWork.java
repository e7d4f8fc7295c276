package dev.pt2st.migrate;

import dev.pt2st.io.AtomicOutput;
import dev.pt2st.io.OutputGroup;
import dev.pt2st.migrate.JournalRecord.Done;
import dev.pt2st.migrate.MigrateOptions.Digest;
import dev.pt2st.migrate.MigrateOptions.SideFiles;
import dev.pt2st.migrate.Result.Verdict;
import dev.pt2st.migrate.Result.Written;
import dev.pt2st.migrate.Unit.Item;
import dev.pt2st.migrate.Unit.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Brings files that are no checkpoints into another tree. */
final class SideFileWork {
  private final Settings settings;

  SideFileWork(Settings settings) {
    this.settings = settings;
  }

  /**
   * Copies or links a file; a link within the tree becomes one within the other. A copy that an
   * earlier run made, and nobody has changed since, is made anew where its source has changed.
   *
   * @param known what the journal says of it; null if nothing
   * @throws IOException if that fails, or there is another file of this name
   */
  Result put(Unit unit, @Nullable JournalRecord known) throws IOException {
    Item item = unit.files().getFirst();
    Path target = settings.target().path(item.source());
    Directories.make(settings, item.source());
    boolean there;
    String digest = "";
    if (unit.kind() == Kind.SIDE_LINK) {
      Path to = Path.of(Tree.relative(item.source(), item.leadsTo()));
      there = link(target, to);
    } else if (settings.options().sideFiles() == SideFiles.LINK) {
      there = link(target, settings.source().path(item.source()).toAbsolutePath());
    } else {
      Path source = settings.source().path(item.source());
      Done done = known == null ? null : known.files().getFirst();
      there =
          isUnchanged(item, done, target)
              || copy(source, target, done, settings.options().durable());
      digest = there && done != null ? done.digest() : digest(source);
    }
    return new Result(
        unit,
        there ? Verdict.ALREADY_THERE : Verdict.PUT_BESIDE,
        "",
        List.of(new Written(item.source(), item.bytes(), digest)),
        List.of());
  }

  /** Makes a symbolic link; says whether it was there. */
  static boolean link(Path link, Path to) throws IOException {
    if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(to)) {
      return true;
    }
    refuseOther(link);
    Files.createSymbolicLink(link, to);
    return false;
  }

  private static void refuseOther(Path target) throws IOException {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileSystemException(
          target.toString(), null, "is there already and is another file; rename it or remove it");
    }
  }

  private static String digest(Path file) throws IOException {
    return SourceFile.digest(file, Digest.CRC32C, new UnitProgress(bytes -> {}, 0, 1));
  }

  /** Whether neither the source nor its copy has changed, as far as sizes and times tell. */
  private static boolean isUnchanged(Item item, @Nullable Done done, Path target)
      throws IOException {
    return done != null
        && done.bytes() == item.bytes()
        && done.modified() == item.modified()
        && Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)
        && Files.size(target) == done.targetBytes();
  }

  /** Copies a file; says whether it was there. */
  private static boolean copy(Path source, Path target, @Nullable Done done, boolean durable)
      throws IOException {
    boolean exists = Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS);
    if (exists && Files.size(target) == Files.size(source) && Files.mismatch(source, target) < 0) {
      return true;
    }
    boolean ours = exists && done != null && digest(target).equals(done.digest());
    if (!ours) {
      refuseOther(target);
    }
    try (OutputGroup group = new OutputGroup(ours);
        InputStream in = Files.newInputStream(source)) {
      group.asPrivateAs(source);
      AtomicOutput output = group.create(target);
      try {
        OutputStream out = output.stream();
        in.transferTo(out);
        out.flush();
        output.takeModeAndTime(source);
        group.commit(durable);
      } catch (IOException e) {
        throw group.explain(e, Files.size(source));
      }
    }
    return false;
  }
}
