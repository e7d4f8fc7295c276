package dev.pt2st.io;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Renames that can be taken back, the last one first. */
final class Renames {
  private final Deque<Undo> done = new ArrayDeque<>();
  private final List<Path> backups = new ArrayList<>();

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

  /** Takes a file out of the way; does nothing where there is none. */
  void retire(Path old) throws IOException {
    refuseWhenStopped();
    if (!exists(old)) {
      return;
    }
    refuseDirectory(old);
    Path backup = AtomicOutput.temporaryBeside(old);
    move(old, backup);
    backups.add(backup);
    done.push(new Undo(() -> move(backup, old), kept(old, backup)));
  }

  /**
   * Gives a file a name that is free. A hard link fails where the name is taken, as a rename does
   * not; not all file systems have it.
   *
   * @throws FileAlreadyExistsException if the name is taken
   */
  void place(Path temporary, Path target) throws IOException {
    refuseWhenStopped();
    try {
      Files.createLink(target, temporary);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      if (exists(target)) {
        throw new FileAlreadyExistsException(target.toString());
      }
      move(temporary, target);
      done.push(placed(target));
      return;
    }
    done.push(placed(target));
    backups.add(temporary);
  }

  /** Gives a file a name that may be taken; what had it is kept until {@link #forget}. */
  void replace(Path temporary, Path target) throws IOException {
    refuseWhenStopped();
    if (!exists(target)) {
      move(temporary, target);
      done.push(placed(target));
      return;
    }
    refuseDirectory(target);
    Path backup = AtomicOutput.temporaryBeside(target);
    try {
      Files.createLink(backup, target);
    } catch (UnsupportedOperationException | FileSystemException e) {
      move(target, backup);
    }
    backups.add(backup);
    Step back =
        () -> {
          move(backup, target);
          // A rename between two names of one file does nothing, and leaves both.
          Files.deleteIfExists(backup);
        };
    done.push(new Undo(back, kept(target, backup)));
    move(temporary, target);
  }

  /** Gives a file a name that may be taken; the last step, which is never taken back. */
  void replaceForGood(Path temporary, Path target) throws IOException {
    refuseWhenStopped();
    move(temporary, target);
  }

  private static Undo placed(Path target) {
    return new Undo(
        () -> Files.deleteIfExists(target),
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
  private static void refuseDirectory(Path path) throws FileSystemException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileSystemException(path.toString(), null, "is a directory");
    }
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
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
    for (Path backup : backups) {
      try {
        Files.deleteIfExists(backup);
      } catch (IOException e) {
        // The output is complete; a file that is in nobody's way is no reason to say it failed.
      }
    }
  }
}
