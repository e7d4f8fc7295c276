package dev.pt2st.migrate.work;

import dev.pt2st.io.OpenFolder;
import dev.pt2st.io.spill.OffHeapIndex;
import dev.pt2st.io.spill.SpillingQueue;
import dev.pt2st.migrate.content.Failures;
import dev.pt2st.migrate.content.SourceFile;
import dev.pt2st.migrate.lines.UnitJson;
import dev.pt2st.migrate.plan.StoredPlan;
import dev.pt2st.migrate.unit.MigrationListener;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.UnitResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Removes the sources whose outputs this run has compared with them and made durable. A source that
 * links of the tree lead to is only removed when each link has its output; until then its unit
 * waits. If a link gets no output for any reason, the source is kept. Waiting units are stored
 * outside of the heap.
 */
public final class Removal implements AutoCloseable {
  static final String STAYS = "the original is not removed: ";

  /** At most so many remaining links are named; further ones are only counted. */
  private static final int MOST_NAMED = 1000;

  private final MigrationSettings settings;

  /** A directory that could not be searched; empty if there is none. */
  private final String unreadableFolder;

  private final MigrationListener listener;

  /** Waiting units; those that stay for a known reason have that reason. */
  private final SpillingQueue<Waiting> waiting = new SpillingQueue<>(Waiting::line, Waiting::read);

  private final SpillingQueue<MigrationUnit> links =
      new SpillingQueue<>(UnitJson::write, UnitJson::read);

  /**
   * For each source that links lead to, one plus the number of links without an output. Two sources
   * that share an entry wait for the links to both.
   */
  private final OffHeapIndex open = new OffHeapIndex();

  /** The links that are left unchanged, by their targets. */
  private final Map<String, MigrationUnit> left = new HashMap<>();

  /**
   * A unit whose sources may be removed later.
   *
   * @param outputs the outputs at the time of the comparison; empty if the sources stay anyway
   */
  private record Waiting(MigrationUnit unit, OutputStamps outputs) {
    String line() {
      return outputs.line() + " " + UnitJson.write(unit);
    }

    static Waiting read(String line) {
      int space = line.indexOf(' ');
      return new Waiting(
          UnitJson.read(line.substring(space + 1)), OutputStamps.read(line.substring(0, space)));
    }
  }

  /**
   * @param plan the plan whose links are counted
   * @param listener receives the sources that are removed, and those that stay
   */
  public Removal(MigrationSettings settings, StoredPlan plan, MigrationListener listener)
      throws IOException {
    this.settings = settings;
    this.unreadableFolder = plan.unreadableFolder();
    this.listener = listener;
    try {
      count(plan.files());
      count(plan.links());
      count(plan.leftLinks());
      Supplier<@Nullable MigrationUnit> units = plan.leftLinks();
      for (MigrationUnit unit = units.get();
          unit != null && left.size() < MOST_NAMED;
          unit = units.get()) {
        left.putIfAbsent(unit.files().getFirst().leadsTo(), unit);
      }
    } catch (IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * Counts links. There are also links among the files: those of a model that is refused because of
   * them.
   */
  private void count(Supplier<@Nullable MigrationUnit> units) throws IOException {
    for (MigrationUnit unit = units.get(); unit != null; unit = units.get()) {
      for (Item item : unit.sources()) {
        if (!item.leadsTo().isEmpty()) {
          open.put(item.leadsTo(), Math.max(1, open.get(item.leadsTo())) + 1);
        }
      }
    }
  }

  /**
   * Receives the result of a unit whose outputs have been compared with the present sources and are
   * on the disk. Thread-safe.
   *
   * @param remainder content of the sources that the outputs lack, for which they stay; empty if
   *     there is none
   */
  public void remove(UnitResult result, String remainder) throws IOException {
    MigrationUnit unit = result.unit();
    OutputStamps outputs = new OutputStamps(List.of());
    String stays =
        !remainder.isEmpty()
            ? STAYS + remainder
            : unreadableFolder.isEmpty()
                ? ""
                : STAYS
                    + "a link in "
                    + unreadableFolder
                    + ", which cannot be read, may lead to it";
    try {
      outputs = OutputStamps.of(settings.target(), result);
    } catch (IOException e) {
      stays = STAYS + Failures.reason(e);
    }
    boolean free = stays.isEmpty() && isFree(unit);
    if (free) {
      stays = removeNow(unit, outputs);
    }
    if (!free || !stays.isEmpty()) {
      synchronized (waiting) {
        waiting.add(new Waiting(unit.with(unit.action(), stays), outputs));
      }
    }
  }

  private boolean isFree(MigrationUnit unit) {
    return unit.sources().stream().allMatch(item -> open.get(item.source()) <= 1);
  }

  /**
   * Receives a unit of links whose outputs are on the disk; must be called when all files are done.
   */
  public void linked(MigrationUnit unit) throws IOException {
    for (Item item : unit.sources()) {
      if (!item.leadsTo().isEmpty()) {
        open.put(item.leadsTo(), Math.max(1, open.get(item.leadsTo()) - 1));
      }
    }
    links.add(unit);
  }

  /** Removes the waiting sources and the links to them; must be called when all links are done. */
  public void end() throws IOException {
    Supplier<@Nullable Waiting> waiters = waiting.each();
    for (Waiting waiter = waiters.get(); waiter != null; waiter = waiters.get()) {
      MigrationUnit unit = waiter.unit;
      String stays =
          !unit.reason().isEmpty()
              ? unit.reason()
              : isFree(unit) ? removeNow(unit, waiter.outputs) : whyItStays(unit);
      if (!stays.isEmpty()) {
        listener.stays(unit, stays);
      }
    }
    Supplier<@Nullable MigrationUnit> units = links.each();
    for (MigrationUnit unit = units.get(); unit != null; unit = units.get()) {
      String stays = removeLinks(unit);
      if (!stays.isEmpty()) {
        listener.stays(unit, stays);
      }
    }
  }

  private String whyItStays(MigrationUnit unit) {
    for (Item item : unit.sources()) {
      MigrationUnit link = left.get(item.source());
      if (link != null) {
        return STAYS + link.name() + " leads to it, and " + link.reason();
      }
    }
    return STAYS + "a link that leads to it was not converted";
  }

  /**
   * Removes a unit's sources, unless they have changed since they were read, or their outputs have.
   */
  private String removeNow(MigrationUnit unit, OutputStamps outputs) {
    try {
      outputs.check(settings.target(), unit);
      for (Item item : unit.sources()) {
        SourceFile.checkUnchanged(settings.source(), item);
      }
      for (Item item : unit.sources().reversed()) {
        remove(item);
      }
      listener.removed(unit);
      return "";
    } catch (IOException e) {
      return STAYS + Failures.reason(e);
    }
  }

  /** Removes the file that was examined, but not a file that has replaced it since. */
  private void remove(Item item) throws IOException {
    Path file = settings.source().path(item.source());
    try (OpenFolder folder = OpenFolder.of(file)) {
      SourceFile.checkUnchanged(folder.attributes(file), file, item);
      folder.delete(file);
    }
  }

  /**
   * Removes links whose files have been removed, and an index when all its shards are removed. The
   * index is removed first: if this run is killed, the next one finds no index without shards, and
   * shards without an index are ordinary links.
   */
  private String removeLinks(MigrationUnit unit) {
    try {
      boolean all = true;
      for (Item item : unit.files()) {
        all &= leadsNowhere(settings.source().path(item.source()));
      }
      Item index = unit.index();
      if (all && index != null && !index.isMade()) {
        removeLink(settings.source().path(index.source()));
      }
      for (Item item : unit.files()) {
        Path link = settings.source().path(item.source());
        if (leadsNowhere(link)) {
          removeLink(link);
        }
      }
      return "";
    } catch (IOException e) {
      return "the link is not removed: " + Failures.reason(e);
    }
  }

  private static boolean leadsNowhere(Path link) {
    return Files.isSymbolicLink(link) && !Files.exists(link);
  }

  private static void removeLink(Path link) throws IOException {
    try (OpenFolder folder = OpenFolder.of(link)) {
      if (folder.attributes(link).isSymbolicLink()) {
        folder.delete(link);
      }
    }
  }

  @Override
  public void close() throws IOException {
    try (open;
        waiting;
        links) {
      // Each is closed even if closing another fails.
    }
  }
}
