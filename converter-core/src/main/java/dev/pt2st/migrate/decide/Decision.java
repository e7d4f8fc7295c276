package dev.pt2st.migrate.decide;

import dev.pt2st.migrate.unit.MigrationUnit;
import java.io.IOException;

/** What a directory adds to a plan, as plain data. */
public sealed interface Decision {

  /** A directory is gone through too. */
  record Descend(String directory) implements Decision {}

  /** What the plan takes in. */
  sealed interface OfPlan extends Decision {}

  /** A unit, with what is to be done about it. */
  record AddUnit(MigrationUnit unit) implements OfPlan {}

  /** A file that is no checkpoint is counted. */
  record CountOther(long bytes) implements OfPlan {}

  /** A file that the user's patterns pass over is counted. */
  record CountPassedOver(long bytes) implements OfPlan {}

  /** A file is not converted on its own, as an index that is not converted names it. */
  record Protect(String source, String index) implements OfPlan {}

  /** Nothing is done about a link: what it leads to must stay. */
  record LeaveLink(MigrationUnit link) implements OfPlan {}

  /** The links of a directory are not known: they may lead to any original. */
  record LinksUnknown(String directory) implements OfPlan {}

  /** Takes decisions, in the order in which they are to be carried out. */
  @FunctionalInterface
  interface Taker {
    void take(Decision decision) throws IOException;
  }
}
