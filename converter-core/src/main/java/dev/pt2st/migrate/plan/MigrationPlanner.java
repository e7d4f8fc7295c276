package dev.pt2st.migrate.plan;

import dev.pt2st.io.spill.SpillingQueue;
import dev.pt2st.migrate.decide.Decision;
import dev.pt2st.migrate.decide.DirectoryDecider;
import dev.pt2st.migrate.journal.ConcurrentRuns;
import dev.pt2st.migrate.journal.Journal;
import dev.pt2st.migrate.journal.RunHistory;
import dev.pt2st.migrate.lines.FieldLine;
import dev.pt2st.migrate.recognize.DirectoryFacts;
import dev.pt2st.migrate.recognize.DirectoryRecognizer;
import dev.pt2st.migrate.recognize.FactsOnDisk;
import dev.pt2st.migrate.unit.MigrateOptions;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.Selection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Walks a tree and plans what to do; writes nothing into the tree. Directories are visited in the
 * order of their names, each with its files before its subdirectories. Each directory is first
 * recognised and then decided about.
 */
public final class MigrationPlanner {
  private final MigrationSettings settings;
  private final ConcurrentRuns others;
  private final DirectoryRecognizer recognizer;
  private final DirectoryDecider decider;
  private final StoredPlan plan;

  /** The directories that are being visited, innermost first. */
  private final ArrayDeque<Open> open = new ArrayDeque<>();

  /**
   * A directory whose entries have been decided about.
   *
   * @param queue its subdirectories
   * @param next supplies them one by one
   */
  private record Open(SpillingQueue<String> queue, Supplier<@Nullable String> next) {}

  private MigrationPlanner(
      MigrationSettings settings,
      ConcurrentRuns others,
      DirectoryRecognizer recognizer,
      DirectoryDecider decider,
      StoredPlan plan) {
    this.settings = settings;
    this.others = others;
    this.recognizer = recognizer;
    this.decider = decider;
    this.plan = plan;
  }

  /**
   * Plans a migration.
   *
   * @param journal the journal of the target tree; units that are done by it and have not changed
   *     are kept
   * @param looked receives each file that was looked at
   * @throws IOException if the tree cannot be read at all, there is no room for the plan, or
   *     another migration works in it, which the message names
   */
  public static StoredPlan plan(
      MigrationSettings settings, Selection selection, Journal journal, Consumer<Path> looked)
      throws IOException {
    RunHistory earlier = new RunHistory(settings, journal);
    StoredPlan plan =
        new StoredPlan(settings.options().sideFiles() == MigrateOptions.SideFiles.COPY);
    try (DirectoryRecognizer recognizer =
        new DirectoryRecognizer(settings, selection, earlier, looked)) {
      DirectoryDecider decider =
          new DirectoryDecider(settings, selection, new FactsOnDisk(settings, selection, earlier));
      new MigrationPlanner(settings, journal.otherRuns(), recognizer, decider, plan).walk();
      plan.settle();
      return plan;
    } catch (IOException | RuntimeException | Error e) {
      plan.close();
      throw e;
    }
  }

  private void walk() throws IOException {
    try {
      others.checkAbove(settings.source().root());
      enter("");
      while (!open.isEmpty()) {
        String directory = open.peek().next().get();
        if (directory == null) {
          open.pop().queue().close();
        } else {
          enter(directory);
        }
      }
    } finally {
      for (Open left : open) {
        left.queue().close();
      }
    }
  }

  private void enter(String directory) throws IOException {
    checkNobodyIsAtWork(directory);
    SpillingQueue<String> below =
        new SpillingQueue<>(
            name -> FieldLine.write(List.of(name)), line -> FieldLine.read(line).getFirst());
    try (DirectoryFacts facts = recognizer.recognize(directory)) {
      decider.decide(
          facts,
          decision -> {
            switch (decision) {
              case Decision.Descend(String inner) -> below.add(inner);
              case Decision.OfPlan planned -> plan.take(planned);
            }
          });
    } catch (IOException | RuntimeException | Error e) {
      below.close();
      throw e;
    }
    open.push(new Open(below, below.each()));
  }

  private void checkNobodyIsAtWork(String directory) throws IOException {
    others.check(settings.source().path(directory));
    if (!settings.inPlace()) {
      others.check(settings.target().path(directory));
    }
  }
}
