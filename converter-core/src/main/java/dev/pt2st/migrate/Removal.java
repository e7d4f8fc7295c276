package dev.pt2st.migrate;

import dev.pt2st.migrate.Unit.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Removes the sources whose outputs this run has compared with them and made durable. A source that
 * links of the tree lead to goes only after each of these has its output: until then its unit
 * waits. However many there are, they take no heap.
 */
final class Removal implements AutoCloseable {
  private final Settings settings;
  private final Spool<Unit> waiting = new Spool<>(UnitJson::write, UnitJson::read);
  private final Spool<Unit> links = new Spool<>(UnitJson::write, UnitJson::read);

  /**
   * For each source that links lead to, how many of them have no output yet, and one. Two sources
   * that are taken for one wait for the links to both.
   */
  private final HashIndex open = new HashIndex();

  /**
   * @param plan whose links are counted
   */
  Removal(Settings settings, MigrationPlan plan) throws IOException {
    this.settings = settings;
    try {
      count(plan.files());
      count(plan.links());
    } catch (IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** Among the files there are links too: those of a model that is refused for having some. */
  private void count(Supplier<@Nullable Unit> units) throws IOException {
    for (Unit unit = units.get(); unit != null; unit = units.get()) {
      for (Item item : unit.items()) {
        if (!item.leadsTo().isEmpty()) {
          open.put(item.leadsTo(), Math.max(1, open.get(item.leadsTo())) + 1);
        }
      }
    }
  }

  /**
   * Takes in a unit whose outputs have been compared with its sources, as these are now, and are on
   * the disk; may be called by several threads.
   *
   * @return why its sources are not removed; empty if they are, or wait for links
   */
  String remove(Unit unit) throws IOException {
    if (unit.items().stream().anyMatch(item -> open.get(item.source()) > 0)) {
      synchronized (waiting) {
        waiting.add(unit);
      }
      return "";
    }
    return removeNow(unit);
  }

  /** Takes in a unit of links that has its outputs, on the disk; when all files have been done. */
  void linked(Unit unit) throws IOException {
    for (Item item : unit.items()) {
      if (!item.leadsTo().isEmpty()) {
        open.put(item.leadsTo(), Math.max(1, open.get(item.leadsTo()) - 1));
      }
    }
    links.add(unit);
  }

  /** Removes what has waited, and the links to it; when all links have been done. */
  void end(MigrationListener listener) throws IOException {
    Supplier<@Nullable Unit> units = waiting.each();
    for (Unit unit = units.get(); unit != null; unit = units.get()) {
      boolean free = unit.items().stream().allMatch(item -> open.get(item.source()) <= 1);
      String stays =
          free
              ? removeNow(unit)
              : "the original is not removed: a link that leads to it was not converted";
      if (!stays.isEmpty()) {
        listener.stays(unit, stays);
      }
    }
    units = links.each();
    for (Unit unit = units.get(); unit != null; unit = units.get()) {
      String stays = removeLinks(unit);
      if (!stays.isEmpty()) {
        listener.stays(unit, stays);
      }
    }
  }

  /** What has changed since it was read stays. */
  private String removeNow(Unit unit) {
    try {
      for (Item item : unit.items()) {
        SourceFile.checkUnchanged(settings.source(), item);
      }
      for (Item item : unit.items().reversed()) {
        Files.delete(settings.source().path(item.source()));
      }
      return "";
    } catch (IOException e) {
      return "the original is not removed: " + Failures.reason(e);
    }
  }

  /**
   * A link whose file has been removed leads nowhere; an index goes when all its shards are gone.
   */
  private String removeLinks(Unit unit) {
    try {
      boolean all = true;
      for (Item item : unit.files()) {
        all &= removeLink(item, false);
      }
      if (all && unit.index() != null) {
        removeLink(unit.index(), true);
      }
      return "";
    } catch (IOException e) {
      return "the link is not removed: " + Failures.reason(e);
    }
  }

  private boolean removeLink(Item item, boolean evenIfItLeadsSomewhere) throws IOException {
    Path link = settings.source().path(item.source());
    if (Files.isSymbolicLink(link) && (evenIfItLeadsSomewhere || !Files.exists(link))) {
      Files.delete(link);
      return true;
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    try (open;
        waiting;
        links) {
      // Each is closed, whatever becomes of the others.
    }
  }
}
