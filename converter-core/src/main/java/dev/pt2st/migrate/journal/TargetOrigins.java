package dev.pt2st.migrate.journal;

import dev.pt2st.io.OffHeapIndex;
import dev.pt2st.migrate.unit.UnitResult;
import java.io.IOException;

/**
 * Which source tree the files of a target tree come from, by what its journal says. Several trees
 * may have gone into one, and a path below one of them says nothing of a file of another.
 */
final class TargetOrigins {
  /** Before a target, for the place of the record of who made it last. */
  private static final String MADE = "made\0";

  /** Before a target, for the number of its source tree. */
  private static final String OWNER = "owner\0";

  /** Before a source tree, for its number. */
  private static final String ROOT = "root\0";

  /** That another tree holds the same as the file was made from, and counts on it too. */
  private static final long SEVERAL = -1;

  private final OffHeapIndex index;
  private long roots;

  TargetOrigins(OffHeapIndex index) {
    this.index = index;
  }

  /**
   * Takes in what a record says of a target.
   *
   * @param place of the record; each has a greater one than those before it
   */
  void add(JournalRecord record, String target, long place) throws IOException {
    long root = index.get(ROOT + record.root());
    if (root == 0) {
      root = ++roots;
      index.put(ROOT + record.root(), root);
    }
    long owner = index.get(OWNER + target);
    if (makes(record)) {
      index.put(MADE + target, place);
      index.put(OWNER + target, root);
    } else if (owner != root) {
      index.put(OWNER + target, owner == 0 ? root : SEVERAL);
    }
  }

  private static boolean makes(JournalRecord record) {
    return record.verdict() == UnitResult.Verdict.CONVERTED
        || record.verdict() == UnitResult.Verdict.PUT_BESIDE;
  }

  /** The place of the record of who made a target last; 0 if there is none. */
  long madeAt(String target) {
    return index.get(MADE + target);
  }

  /** Whether any other source tree has a part in a target. */
  boolean isOfAnother(String root, String target) {
    long owner = index.get(OWNER + target);
    return owner != 0 && owner != index.get(ROOT + root);
  }

  /** Whether a target of a record has been made by another one since. */
  boolean isOutdated(JournalRecord record, long place) {
    return record.files().stream().anyMatch(file -> madeAt(file.target()) > place);
  }
}
