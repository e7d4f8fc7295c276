package dev.pt2st.migrate.journal;

import dev.pt2st.io.spill.OffHeapIndex;
import dev.pt2st.migrate.unit.UnitResult;
import java.io.IOException;

/**
 * The source trees of the files in a target tree, by its journal. Several source trees may have
 * been migrated into one target tree, and the same path may be in several of them.
 */
final class TargetOrigins {
  /** Prefix of a target; its value is the position of the record that made it last. */
  private static final String MADE = "made\0";

  /** Prefix of a target; its value is the number of its source tree. */
  private static final String OWNER = "owner\0";

  /** Prefix of a source tree; its value is its number. */
  private static final String ROOT = "root\0";

  /** Several source trees have the content that the file was made from, and rely on it. */
  private static final long SEVERAL = -1;

  private final OffHeapIndex index;
  private long roots;

  TargetOrigins(OffHeapIndex index) {
    this.index = index;
  }

  /**
   * Adds a record of a target.
   *
   * @param place the position of the record, greater than those of all earlier records
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

  /** The position of the record that made a target last; 0 if there is none. */
  long madeAt(String target) {
    return index.get(MADE + target);
  }

  /** Whether another source tree has a part in a target. */
  boolean isOfAnother(String root, String target) {
    long owner = index.get(OWNER + target);
    return owner != 0 && owner != index.get(ROOT + root);
  }

  /** Whether a later record has made a target of this record. */
  boolean isOutdated(JournalRecord record, long place) {
    return record.files().stream().anyMatch(file -> madeAt(file.target()) > place);
  }
}
