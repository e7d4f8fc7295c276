package dev.pt2st.io.output;

import dev.pt2st.io.AtomicOutput;
import dev.pt2st.io.OpenFolder;
import dev.pt2st.io.TemporaryFiles;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Renames that can be undone in reverse order. Each is within one open directory. */
public final class Renames {
  private final Deque<Undo> done = new ArrayDeque<>();
  private final List<Backup> backups = new ArrayList<>();

  /** A step in the directory. */
  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  /**
   * Undoes one rename.
   *
   * @param failed the message if that fails
   */
  private record Undo(Step step, String failed) {}

  /** A replaced file, deleted once nothing can be undone any more. */
  private record Backup(OpenFolder folder, Path file) {}

  /** Moves a file out of the way; does nothing if there is none. */
  void retire(OpenFolder folder, Path old) throws IOException {
    refuseWhenStopped();
    if (!folder.has(old)) {
      return;
    }
    refuseDirectory(folder, old);
    Path backup = AtomicOutput.temporaryBeside(old);
    move(folder, old, backup);
    backups.add(new Backup(folder, backup));
    done.push(new Undo(() -> move(folder, backup, old), kept(old, backup)));
  }

  /**
   * Renames a file to a free name. A hard link fails if the name is taken, which a rename does not;
   * but not all file systems support hard links.
   *
   * @throws FileAlreadyExistsException if the name is taken
   */
  void place(OpenFolder folder, Path temporary, Path target) throws IOException {
    refuseWhenStopped();
    try {
      folder.link(temporary, target);
    } catch (UnsupportedOperationException | FileSystemException e) {
      // This also happens if the directory's path leads elsewhere by now, where the name may be
      // taken.
      if (folder.has(target)) {
        throw new FileAlreadyExistsException(target.toString());
      }
      move(folder, temporary, target);
      done.push(placed(folder, target));
      return;
    }
    done.push(placed(folder, target));
    backups.add(new Backup(folder, temporary));
  }

  /**
   * Renames a file to a name that may be taken; the replaced file is kept until {@link #forget}.
   */
  void replace(OpenFolder folder, Path temporary, Path target) throws IOException {
    refuseWhenStopped();
    if (!folder.has(target)) {
      move(folder, temporary, target);
      done.push(placed(folder, target));
      return;
    }
    refuseDirectory(folder, target);
    Path backup = AtomicOutput.temporaryBeside(target);
    try {
      folder.link(target, backup);
    } catch (UnsupportedOperationException | FileSystemException e) {
      move(folder, target, backup);
    }
    backups.add(new Backup(folder, backup));
    Step back =
        () -> {
          move(folder, backup, target);
          // A rename between two names of the same file has no effect and leaves both.
          folder.deleteIfExists(backup);
        };
    done.push(new Undo(back, kept(target, backup)));
    move(folder, temporary, target);
  }

  /** Renames a file to a name that may be taken. This is the last step and is never undone. */
  void replaceForGood(OpenFolder folder, Path temporary, Path target) throws IOException {
    refuseWhenStopped();
    move(folder, temporary, target);
  }

  private static Undo placed(OpenFolder folder, Path target) {
    return new Undo(
        () -> folder.deleteIfExists(target),
        target + " stays, though others of its kind are missing");
  }

  private static String kept(Path old, Path backup) {
    return "what was " + old + " is now " + backup;
  }

  private static void refuseWhenStopped() throws IOException {
    if (TemporaryFiles.isStopping()) {
      throw TemporaryFiles.stopped();
    }
  }

  /** Refuses a directory: moving a file to its name would move the directory out of the way. */
  private static void refuseDirectory(OpenFolder folder, Path path) throws IOException {
    if (folder.attributes(path).isDirectory()) {
      throw new FileSystemException(path.toString(), null, "is a directory");
    }
  }

  private static void move(OpenFolder folder, Path from, Path to) throws IOException {
    try {
      folder.move(from, to);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * Undoes all renames.
   *
   * @return what could not be undone, in words
   */
  List<String> takeBack() {
    List<String> failed = new ArrayList<>();
    while (!done.isEmpty()) {
      Undo undo = done.pop();
      try {
        undo.step.run();
      } catch (IOException e) {
        failed.add(undo.failed);
      }
    }
    return failed;
  }

  /** Deletes the replaced files; after this nothing can be undone. */
  void forget() {
    for (Backup backup : backups) {
      try {
        backup.folder.deleteIfExists(backup.file);
      } catch (IOException e) {
        // The output is complete, so a leftover file is no reason to report a failure.
      }
    }
  }
}
