package dev.pt2st.migrate.decide;

import dev.pt2st.migrate.unit.MigrationUnit;
import java.io.IOException;

/** A decision about an entry of a directory, as plain data. */
public sealed interface Decision {

  /** A directory is searched too. */
  record Descend(String directory) implements Decision {}

  /** A decision that goes into the plan. */
  sealed interface OfPlan extends Decision {}

  /** A unit is planned with its action. */
  record AddUnit(MigrationUnit unit) implements OfPlan {}

  /** A file that is not a checkpoint is counted. */
  record CountOther(long bytes) implements OfPlan {}

  /** A file that the user's patterns exclude is counted. */
  record CountPassedOver(long bytes) implements OfPlan {}

  /** A file is not converted on its own because an index that is not converted names it. */
  record Protect(String source, String index) implements OfPlan {}

  /** A link is left unchanged, so the file that it leads to must stay. */
  record LeaveLink(MigrationUnit link) implements OfPlan {}

  /** The links of a directory are unknown, so they may lead to any original. */
  record LinksUnknown(String directory) implements OfPlan {}

  /** Receives decisions in the order in which they must be carried out. */
  @FunctionalInterface
  interface Taker {
    void take(Decision decision) throws IOException;
  }
}
