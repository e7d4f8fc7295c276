package dev.pt2st.migrate.journal;

import dev.pt2st.io.LockedLog;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Other migrations at work in what this one goes through. Each holds the lock of one file, the
 * journal of its target tree. So that a directory and one below it are not migrated at once, a run
 * that has locked its own journal looks for others that are locked:
 *
 * <ol>
 *   <li>in the directories above its trees, up to the root of the file system;
 *   <li>in each directory that it goes through, and in the one that its outputs would go to, before
 *       it does anything there.
 * </ol>
 *
 * Each locks first and looks then, so of two that begin at once one sees the other, or each does.
 *
 * <p>Not seen is a run whose journal this user may not read; one on another machine, where the file
 * system does not share locks; one in a directory that is reached in another way than by its path
 * without links, such as a second mount of it, or that is passed over. Two runs with different
 * targets and one source do not see each other, as neither writes there: where both are to remove
 * originals, one fails with those that the other has removed.
 */
public final class ConcurrentRuns {
  private final @Nullable Path own;

  /**
   * @param own the journal that this process has locked; null if it writes none, and looks for none
   */
  ConcurrentRuns(@Nullable Path own) {
    this.own = own;
  }

  /**
   * Looks above a directory.
   *
   * @throws FileSystemException if another migration is at work there
   */
  public void checkAbove(Path directory) throws IOException {
    if (own == null) {
      return;
    }
    for (Path at = directory.toRealPath().getParent(); at != null; at = at.getParent()) {
      check(at);
    }
  }

  /**
   * Looks in a directory, and not below it.
   *
   * @throws FileSystemException if another migration is at work there
   */
  public void check(Path directory) throws IOException {
    Path journal = directory.resolve(Journal.NAME);
    if (own != null
        && Files.isRegularFile(journal, LinkOption.NOFOLLOW_LINKS)
        && isLocked(journal, own)) {
      throw new FileSystemException(directory.toString(), null, Journal.inUse(directory));
    }
  }

  private static boolean isLocked(Path journal, Path own) {
    try {
      return !Files.isSameFile(journal, own) && LockedLog.isLocked(journal);
    } catch (IOException e) {
      return false; // it cannot be told, and the work will show what may not be done here
    }
  }
}
