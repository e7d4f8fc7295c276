package dev.pt2st.cli.report;

import dev.pt2st.cli.terminal.Table;
import dev.pt2st.cli.terminal.Table.Column;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.inspect.ModuleTree;
import dev.pt2st.inspect.TensorSummary;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A tree of modules as lines. Tensors next to modules are shown, so that the numbers add up;
 * tensors of a module without submodules are not.
 */
public final class TreeReport {
  /** The width, in columns, from which the number of parameters is shown. */
  private static final int WIDE = 60;

  private final boolean wide;
  private final Table table;
  private final int levels;

  /** The branches still to be shown, the next on top. */
  private final Deque<Branch> open = new ArrayDeque<>();

  private record Branch(ModuleTree tree, String before, boolean last, int level) {}

  private TreeReport(int levels, boolean wide) {
    this.levels = levels;
    this.wide = wide;
    this.table =
        wide
            ? new Table(Column.NAME, Column.NUMBER, Column.NUMBER, Column.NUMBER, Column.NAME)
            : new Table(Column.NAME, Column.NUMBER, Column.NUMBER, Column.NAME);
  }

  /**
   * The lines of a tree.
   *
   * @param levels how many levels of modules are shown below the top
   * @param width the maximum width of a line
   */
  public static List<String> lines(ModuleTree top, int levels, int width) {
    TreeReport report = new TreeReport(levels, width >= WIDE);
    report.add("module", "tensors", "parameters", "bytes", "");
    report.row("(all)", top);
    report.below(top, "", 1);
    while (!report.open.isEmpty()) {
      report.show(report.open.pop());
    }
    return report.table.lines(width);
  }

  private void show(Branch branch) {
    String stem = branch.before + (branch.last ? "└─ " : "├─ ");
    row(stem + branch.tree.name(), branch.tree);
    below(branch.tree, branch.before + (branch.last ? "   " : "│  "), branch.level + 1);
  }

  private void below(ModuleTree tree, String before, int level) {
    if (level > levels || (level > 1 && !tree.hasModules())) {
      return;
    }
    List<Branch> branches = new ArrayList<>();
    for (ModuleTree child : tree.children()) {
      branches.add(new Branch(child, before, branches.size() == tree.children().size() - 1, level));
    }
    branches.reversed().forEach(open::push);
  }

  private void row(String label, ModuleTree tree) {
    add(
        label,
        tree.isModule() ? Units.grouped(tree.tensors()) : "",
        Units.grouped(tree.elements()),
        Units.bytes((double) tree.bytes()),
        detail(tree));
  }

  private void add(String label, String tensors, String parameters, String bytes, String detail) {
    if (wide) {
      table.add(label, tensors, parameters, bytes, detail);
    } else {
      table.add(label, tensors, bytes, detail);
    }
  }

  /** The dtype and shape of a tensor; empty for a module. */
  private static String detail(ModuleTree tree) {
    TensorSummary tensor = tree.tensor();
    return tensor == null || tree.isModule()
        ? ""
        : tensor.dtypeName() + (tensor.shape() == null ? "" : " " + tensor.shape());
  }
}
