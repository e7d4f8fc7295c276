package dev.pt2st.cli.report;

import dev.pt2st.cli.input.FetchPlan;
import dev.pt2st.cli.input.Inputs;
import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.terminal.Table;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.terminal.Units;

/** Says what a migration fetches of an address. */
public final class FetchReport {
  private static final int WIDTH = 13;

  private final Terminal terminal;
  private final FetchPlan plan;

  public FetchReport(Terminal terminal, FetchPlan plan) {
    this.terminal = terminal;
    this.plan = plan;
  }

  /** Each file, and then the totals. */
  public void printAll(Location.Address address) {
    for (Inputs.Listed file : plan.files()) {
      terminal.line(
          Table.padded("fetch", WIDTH) + file.name() + ", " + Units.bytes((double) file.size()));
    }
    printTotals(address);
  }

  /** What is not fetched, and the totals. */
  public void printTotals(Location.Address address) {
    for (FetchPlan.There there : plan.there()) {
      terminal.line(
          Table.padded("left alone", WIDTH)
              + there.file().name()
              + ": "
              + there.beside()
              + " is there beside it");
    }
    if (plan.passedOver() > 0) {
      terminal.line(Table.padded("passed over", WIDTH) + Units.count(plan.passedOver(), "file"));
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
}
