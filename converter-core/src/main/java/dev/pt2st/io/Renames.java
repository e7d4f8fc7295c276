package dev.pt2st.io;

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

/** Renames that can be taken back, the last one first. Each is within one open directory. */
final class Renames {
  private final Deque<Undo> done = new ArrayDeque<>();
  private final List<Backup> backups = new ArrayList<>();

  /** A step in the directory. */
  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  /**
   * What takes one rename back.
   *
   * @param failed says what is amiss where that fails
   */
  private record Undo(Step step, String failed) {}

  /** A file that goes when nothing can be taken back any more. */
  private record Backup(OpenFolder folder, Path file) {}

  /** Takes a file out of the way; does nothing if there is none. */
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
   * Gives a file a name that is free. A hard link fails where the name is taken, as a rename does
   * not; not all file systems have it.
   *
   * @throws FileAlreadyExistsException if the name is taken
   */
  void place(OpenFolder folder, Path temporary, Path target) throws IOException {
    refuseWhenStopped();
    try {
      folder.link(temporary, target);
    } catch (UnsupportedOperationException | FileSystemException e) {
      // Also where the directory's path leads elsewhere by now: there the name may be taken.
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

  /** Gives a file a name that may be taken; what had it is kept until {@link #forget}. */
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
          // A rename between two names of one file does nothing, and leaves both.
          folder.deleteIfExists(backup);
        };
    done.push(new Undo(back, kept(target, backup)));
    move(folder, temporary, target);
  }

  /** Gives a file a name that may be taken; the last step, which is never taken back. */
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

  /** A rename does not replace one, but would take it out of the way. */
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
   * Takes all of them back.
   *
   * @return what could not be taken back, in words
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

  /** Lets go of what was replaced; after this nothing can be taken back. */
  void forget() {
    for (Backup backup : backups) {
      try {
        backup.folder.deleteIfExists(backup.file);
      } catch (IOException e) {
        // The output is complete; a file that is in nobody's way is no reason to say it failed.
      }
    }
  }
}
