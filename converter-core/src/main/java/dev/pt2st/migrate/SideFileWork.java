package dev.pt2st.migrate;

import dev.pt2st.io.AtomicOutput;
import dev.pt2st.io.OutputGroup;
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

/** Brings files that are no checkpoints into another tree. */
final class SideFileWork {
  private final Settings settings;

  SideFileWork(Settings settings) {
    this.settings = settings;
  }

  /**
   * Copies or links a file; a link within the tree becomes one within the other.
   *
   * @throws IOException if that fails, or there is another file of this name
   */
  Result put(Unit unit) throws IOException {
    Item item = unit.files().getFirst();
    Path target = settings.target().path(item.source());
    Files.createDirectories(AtomicOutput.directoryOf(target));
    boolean there;
    if (unit.kind() == Kind.SIDE_LINK) {
      Path to = Path.of(Tree.relative(item.source(), item.leadsTo()));
      there = link(target, to);
    } else if (settings.options().sideFiles() == SideFiles.LINK) {
      there = link(target, settings.source().path(item.source()).toAbsolutePath());
    } else {
      there = copy(settings.source().path(item.source()), target);
    }
    return new Result(
        unit,
        there ? Verdict.ALREADY_THERE : Verdict.PUT_BESIDE,
        "",
        List.of(new Written(item.source(), item.bytes(), "")),
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

  private static boolean copy(Path source, Path target) throws IOException {
    if (Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)
        && Files.size(target) == Files.size(source)
        && Files.mismatch(source, target) < 0) {
      return true;
    }
    refuseOther(target);
    try (OutputGroup group = new OutputGroup(false);
        InputStream in = Files.newInputStream(source)) {
      AtomicOutput output = group.create(target);
      try {
        OutputStream out = output.stream();
        in.transferTo(out);
        out.flush();
        group.commit(false);
      } catch (IOException e) {
        throw group.explain(e, Files.size(source));
      }
    }
    return false;
  }
}
