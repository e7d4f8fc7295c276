package dev.pt2st.migrate.decide;

import dev.pt2st.io.spill.OffHeapIndex;
import dev.pt2st.migrate.names.TargetNames;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Action;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.PathTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of a tree that are not converted on their own, whatever was decided about them: shards
 * in an index that is not converted, and blobs to which no link would lead. They are known when the
 * whole tree has been searched.
 */
public final class ProtectedFiles implements AutoCloseable {
  private static final String NOTHING_LEADS =
      "none of the links to it is converted, and so nothing would lead to its output";

  private static final long LEFT = 1;
  private static final long WANTED = 2;

  /** For each protected file, the number of its reason, from 1. */
  private final OffHeapIndex kept = new OffHeapIndex();

  private final List<String> reasons = new ArrayList<>();

  /** For each file that links lead to, whether any of the links is converted. */
  private final OffHeapIndex links = new OffHeapIndex();

  private boolean anyLeft;

  /** Creates an empty set. */
  public ProtectedFiles() throws IOException {}

  /**
   * Adds a file that an index names.
   *
   * @param file the text of the file, or of a link to it
   * @param index the index
   */
  public void add(String file, String index) throws IOException {
    String why = index + " names it, and is not converted";
    if (reasons.isEmpty() || !reasons.getLast().equals(why)) {
      reasons.add(why);
    }
    kept.put(file, reasons.size());
  }

  /** Adds a link, or a model of links. */
  public void addLink(MigrationUnit unit) throws IOException {
    boolean wanted =
        switch (unit.action()) {
          case CONVERT, KEEP, COMPARE -> true;
          case LEAVE_ALONE, REFUSE, FAIL, PUT_BESIDE -> false;
        };
    for (Item item : unit.files()) {
      if (item.leadsTo().isEmpty()) {
        continue;
      }
      anyLeft |= !wanted;
      if (wanted || links.get(item.leadsTo()) == 0) {
        links.put(item.leadsTo(), wanted ? WANTED : LEFT);
      }
    }
  }

  /** Whether no file is protected. */
  public boolean isEmpty() {
    return reasons.isEmpty() && !anyLeft;
  }

  /** A unit with its new action if one of its files is protected. */
  public MigrationUnit decided(MigrationUnit unit) {
    String why = whyNot(unit);
    return why == null ? unit : unit.with(Action.LEAVE_ALONE, why);
  }

  private @Nullable String whyNot(MigrationUnit unit) {
    if (unit.action() != Action.CONVERT && unit.action() != Action.COMPARE) {
      return null;
    }
    for (Item item : unit.sources()) {
      long reason = Math.max(kept.get(item.source()), kept.get(item.leadsTo()));
      if (reason > 0) {
        return reasons.get((int) reason - 1);
      }
    }
    String source = unit.files().getFirst().source();
    return unit.kind() == MigrationUnit.Kind.CHECKPOINT
            && unit.action() == Action.CONVERT
            && links.get(source) == LEFT
            && isBlob(PathTree.name(source))
        ? NOTHING_LEADS
        : null;
  }

  /** Whether users would not look for a checkpoint under this name, as in a cache. */
  private static boolean isBlob(String name) {
    return TargetNames.of(name).startsWith(name);
  }

  @Override
  public void close() {
    try (kept;
        links) {
      // Each is closed even if closing the other fails.
    }
  }
}
