package dev.pt2st.migrate.plan;

import dev.pt2st.io.SortedDirectory;
import dev.pt2st.io.SpillingQueue;
import dev.pt2st.migrate.journal.ConcurrentRuns;
import dev.pt2st.migrate.journal.Journal;
import dev.pt2st.migrate.journal.RunHistory;
import dev.pt2st.migrate.unit.MigrateOptions;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.Selection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks through a tree and says what is to be done; writes nothing. Directories are gone through in
 * the order of their names, each with its files before what is below it.
 */
public final class MigrationPlanner {
  private final MigrationSettings settings;
  private final PlanningContext planning;
  private final ConcurrentRuns others;
  private final @Nullable Path realTarget;

  private MigrationPlanner(PlanningContext planning, ConcurrentRuns others) throws IOException {
    this.planning = planning;
    this.others = others;
    this.settings = planning.settings();
    Path target = settings.target().root();
    this.realTarget = settings.inPlace() || !Files.exists(target) ? null : target.toRealPath();
  }

  /**
   * Plans a migration.
   *
   * @param journal of the target tree: what it says is done, and has not changed, stays as it is
   * @param looked hears of each file that was looked at
   * @throws IOException if the tree cannot be read at all, there is no room for the plan, or
   *     another migration is at work in it, which the message names
   */
  public static MigrationPlan plan(
      MigrationSettings settings, Selection selection, Journal journal, Consumer<Path> looked)
      throws IOException {
    MigrationPlan plan =
        new MigrationPlan(settings.options().sideFiles() == MigrateOptions.SideFiles.COPY);
    try (FileKindCache looks = new FileKindCache(settings.options().convert())) {
      Path realRoot = settings.source().root().toRealPath();
      RunHistory earlier = new RunHistory(settings, journal);
      new MigrationPlanner(
              new PlanningContext(settings, selection, earlier, plan, realRoot, looks),
              journal.otherRuns())
          .walk(looked);
      plan.settle();
      return plan;
    } catch (IOException | RuntimeException | Error e) {
      plan.close();
      throw e;
    }
  }

  private void walk(Consumer<Path> looked) throws IOException {
    ArrayDeque<Supplier<@Nullable String>> open = new ArrayDeque<>();
    ArrayDeque<SpillingQueue<String>> spools = new ArrayDeque<>();
    try {
      others.checkAbove(settings.source().root());
      enter("", open, spools, looked);
      while (!open.isEmpty()) {
        String directory = open.peek().get();
        if (directory == null) {
          open.pop();
          spools.pop().close();
        } else {
          enter(directory, open, spools, looked);
        }
      }
    } finally {
      for (SpillingQueue<String> spool : spools) {
        spool.close();
      }
    }
  }

  private void enter(
      String directory,
      ArrayDeque<Supplier<@Nullable String>> open,
      ArrayDeque<SpillingQueue<String>> spools,
      Consumer<Path> looked)
      throws IOException {
    Path path = settings.source().path(directory);
    if (realTarget != null && path.toRealPath().equals(realTarget)) {
      return;
    }
    others.check(path);
    if (!settings.inPlace()) {
      others.check(settings.target().path(directory));
    }
    SpillingQueue<String> below =
        new SpillingQueue<>(MigrationPlanner::escape, MigrationPlanner::unescape);
    spools.push(below);
    try (DirectoryPlanner planner = new DirectoryPlanner(planning, directory, below)) {
      SortedDirectory entries = new SortedDirectory(path);
      try {
        for (Path entry = entries.next(); entry != null; entry = entries.next()) {
          planner.look(entry);
          looked.accept(entry);
        }
      } catch (IOException e) {
        if (directory.isEmpty()) {
          throw e;
        }
        planner.unreadable(directory, "the directory cannot be read");
        planning.plan().addUnreadableFolder(directory);
      }
      planner.finish();
    }
    open.push(below.each());
  }

  /** A name may have a line feed in it. */
  private static String escape(String name) {
    return name.replace("\\", "\\\\").replace("\n", "\\n");
  }

  private static String unescape(String line) {
    StringBuilder name = new StringBuilder(line.length());
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\') {
        i++;
        c = line.charAt(i) == 'n' ? '\n' : '\\';
      }
      name.append(c);
    }
    return name.toString();
  }
}
