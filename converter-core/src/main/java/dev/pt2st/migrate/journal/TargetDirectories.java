package dev.pt2st.migrate.journal;

import dev.pt2st.Remedy;
import dev.pt2st.io.AtomicOutput;
import dev.pt2st.io.OpenFolder;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.PathTree;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The directories of a target tree. */
public final class TargetDirectories {
  private TargetDirectories() {}

  /**
   * Creates the root of the target tree with the permissions of the source, if it does not exist.
   * New directories are synced to the disk before anything is written into them, because later runs
   * cannot tell that they were new.
   */
  public static void makeRoot(MigrationSettings settings) throws IOException {
    Path root = settings.target().root();
    List<Path> changed = changedByMaking(root);
    if (!Files.exists(root)) {
      Files.createDirectories(AtomicOutput.directoryOf(root));
      make(root, settings.source().root());
    }
    Files.createDirectories(root);
    for (Path directory : changed) {
      syncIfReadable(directory);
    }
  }

  /**
   * The directories that get a new entry when a directory and its missing parents are created, from
   * the innermost to the existing one.
   */
  public static List<Path> changedByMaking(Path directory) {
    List<Path> changed = new ArrayList<>();
    Path at = directory.toAbsolutePath();
    while (!Files.exists(at) && at.getParent() != null) {
      at = at.getParent();
      changed.add(at);
    }
    return changed;
  }

  /**
   * Creates the directory of a file of the target tree; new directories have the permissions of
   * their sources.
   *
   * @return the new directories, outermost first
   */
  public static List<Path> make(MigrationSettings settings, String file) throws IOException {
    List<Path> made = new ArrayList<>();
    ArrayDeque<String> missing = new ArrayDeque<>();
    String at = PathTree.parent(file);
    checkNoLink(settings, at);
    while (!at.isEmpty() && !Files.exists(settings.target().path(at))) {
      missing.push(at);
      at = PathTree.parent(at);
    }
    for (String directory : missing) {
      Path path = settings.target().path(directory);
      make(path, settings.source().path(directory));
      made.add(path);
    }
    Path parent = settings.target().path(PathTree.parent(file));
    if (!Files.isDirectory(parent)) {
      throw Files.exists(parent)
          ? new FileAlreadyExistsException(parent.toString())
          : new NoSuchFileException(parent.toString());
    }
    return made;
  }

  /** Removes directories that stayed empty; must be called when all work has ended. */
  public static void removeEmpty(Collection<Path> directories) {
    List<Path> innermostFirst =
        directories.stream()
            .sorted(Comparator.comparingInt(Path::getNameCount).reversed())
            .toList();
    for (Path directory : innermostFirst) {
      try (OpenFolder above = OpenFolder.of(directory)) {
        above.deleteDirectory(directory);
      } catch (IOException e) {
        // It is not empty, or something else is in its place.
      }
    }
  }

  /**
   * Whether a path of a tree is a link or leads through one. Outputs never do, and two such paths
   * may be the same file.
   */
  static boolean hasLink(PathTree tree, String path) throws IOException {
    return firstLink(tree, path) != null;
  }

  /**
   * Checks that nothing is written through a link.
   *
   * @throws IOException if a path is a link or leads through one
   */
  public static void checkNoLink(MigrationSettings settings, String path) throws IOException {
    Path link = firstLink(settings.target(), path);
    if (link != null) {
      throw new FileSystemException(
          link.toString(),
          null,
          "is a symbolic link, and nothing is written through one; "
              + settings.wording().of(new Remedy.ChooseTarget(Set.of(Remedy.Means.REMOVAL))));
    }
  }

  private static @Nullable Path firstLink(PathTree tree, String path) throws IOException {
    Path link = null;
    for (String at = path; !at.isEmpty(); at = PathTree.parent(at)) {
      Path there = tree.path(at);
      link = Files.isSymbolicLink(there) ? there : link;
    }
    return link;
  }

  private static void make(Path directory, Path like) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(like, PosixFileAttributeView.class);
    FileAttribute<?>[] attributes = {};
    if (view != null) {
      Set<PosixFilePermission> mode = EnumSet.copyOf(PosixFilePermissions.fromString("rwx------"));
      mode.addAll(view.readAttributes().permissions());
      attributes = new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(mode)};
    }
    try (OpenFolder above = OpenFolder.of(directory)) {
      above.directory(directory, attributes);
    } catch (FileAlreadyExistsException e) {
      // Another thread has created it; if it is not a directory, the next step fails.
    }
  }

  /**
   * Waits until the name of a file is on the disk, and those of all its directories up to and
   * including the root of its tree: any of them may be new.
   */
  public static void sync(PathTree tree, String file) throws IOException {
    for (String at = file; !at.isEmpty(); at = PathTree.parent(at)) {
      AtomicOutput.sync(tree.path(PathTree.parent(at)));
    }
    syncIfReadable(AtomicOutput.directoryOf(tree.root().toRealPath()));
  }

  private static void syncIfReadable(Path directory) throws IOException {
    try {
      AtomicOutput.sync(directory);
    } catch (AccessDeniedException e) {
      // A directory that this user may not read is not one in which this user created the tree.
    }
  }
}
