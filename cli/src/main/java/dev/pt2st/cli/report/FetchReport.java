package dev.pt2st.cli.report;

import dev.pt2st.cli.input.FetchPlan;
import dev.pt2st.cli.input.Inputs;
import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.terminal.Table;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.migrate.unit.UnitResult;

/** Reports what a migration fetches from an address. */
public final class FetchReport {
  private static final int WIDTH = 14;

  private final Terminal terminal;
  private final FetchPlan plan;

  public FetchReport(Terminal terminal, FetchPlan plan) {
    this.terminal = terminal;
    this.plan = plan;
  }

  /**
   * Prints the plan for each file, then the totals. No file has been fetched yet; its content
   * decides in the end.
   */
  public void printAll(Location.Address address) {
    for (Inputs.Listed file : plan.files()) {
      String bytes = ", " + Units.bytes((double) file.size());
      switch (FetchPlan.promise(file)) {
        case CHECKPOINT -> line("to convert", file.name() + bytes + " → " + FetchPlan.target(file));
        case SIDE_FILE -> line("side file", file.name() + bytes);
        case NONE -> line("to look at", file.name() + bytes);
      }
    }
    for (UnitResult result : plan.done()) {
      line(result.verdict().shown(), result.unit().name());
    }
    printTotals(address);
  }

  /** Prints what is not fetched, and the totals. */
  public void printTotals(Location.Address address) {
    for (FetchPlan.There there : plan.there()) {
      line("left alone", there.file().name() + ": " + there.beside() + " is there beside it");
    }
    if (plan.passedOver() > 0) {
      line("passed over", Units.count(plan.passedOver(), "file"));
    }
    terminal.line(
        "to fetch from "
            + address
            + ": "
            + Units.count(plan.files().size(), "file")
            + ", "
            + Units.bytes((double) plan.bytes())
            + ", in about "
            + Units.count(plan.requests(), "request"));
  }

  private void line(String verdict, String rest) {
    terminal.line(Table.padded(verdict, WIDTH) + rest);
  }
}
