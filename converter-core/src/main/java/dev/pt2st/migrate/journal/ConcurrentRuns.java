package dev.pt2st.migrate.journal;

import dev.pt2st.io.output.LockedLog;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Finds other migrations in the directories of this one. Each migration holds the lock of one file,
 * the journal of its target tree. To prevent concurrent migrations of a directory and one below it,
 * a run that has locked its own journal looks for other locked journals:
 *
 * <ol>
 *   <li>in the directories above its trees, up to the root of the file system;
 *   <li>in each directory that it searches, and in the directory of its outputs, before it does
 *       anything there.
 * </ol>
 *
 * Each run locks first and looks then, so at least one of two that begin at the same time sees the
 * other.
 *
 * <p>Some runs are not seen: a run whose journal this user may not read; a run on another machine,
 * if the file system does not share locks; and a run in a directory that is excluded, or reached
 * other than by its path without links, such as by a second mount. Two runs with different targets
 * and the same source do not see each other, as neither writes there. If both are to remove
 * originals, each fails for those that the other has removed.
 */
public final class ConcurrentRuns {
  private final @Nullable Path own;

  /**
   * @param own the journal that this process has locked; null if it writes none, so that it does
   *     not look for others
   */
  ConcurrentRuns(@Nullable Path own) {
    this.own = own;
  }

  /**
   * Looks above a directory.
   *
   * @throws FileSystemException if another migration works there
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
   * @throws FileSystemException if another migration works there
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
      return false; // unknown; the work itself will fail if this user may not do it
    }
  }
}
