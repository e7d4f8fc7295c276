package dev.pt2st.cli.report.html;

import dev.pt2st.CheckpointException;
import dev.pt2st.cli.report.InspectReport;
import dev.pt2st.cli.report.RemedyText;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.convert.plan.RootPart;
import dev.pt2st.inspect.DTypeTotal;
import dev.pt2st.inspect.Fact;
import dev.pt2st.inspect.GlobalSummary;
import dev.pt2st.inspect.Inspection;
import dev.pt2st.inspect.ModuleTree;
import dev.pt2st.inspect.TensorSummary;
import dev.pt2st.inspect.ValueSummary;
import java.util.List;
import java.util.Map;

/** The content of a file as an HTML page. */
public final class InspectHtml {
  /** How many values, roots, texts and shared tensors are shown; the JSON has all. */
  private static final int MOST = 200;

  private static final int LONGEST = 400;

  private final Terminal terminal;
  private final Inspection found;

  private InspectHtml(Terminal terminal, Inspection found) {
    this.terminal = terminal;
    this.found = found;
  }

  /** Prints the page. */
  public static void print(Terminal terminal, Inspection found) {
    new InspectHtml(terminal, found).print();
  }

  private void print() {
    ModuleTree tree = ModuleTree.of(found.tensors());
    boolean isDrawn = tree.bytes() > 0;
    terminal.raw(
        isDrawn ? HtmlDocument.headWithZoom("pt2st inspect") : HtmlDocument.head("pt2st inspect"));
    header();
    if (isDrawn) {
      terminal.raw("<section><h2>Modules by bytes</h2>\n" + Treemap.of(tree) + "</section>\n");
    }
    if (!found.tensors().isEmpty()) {
      terminal.raw("<section><h2>Modules and tensors</h2>\n");
      new ModuleList(terminal).print(tree);
      terminal.raw("</section>\n");
    }
    totals();
    roots();
    shared();
    globals();
    values();
    texts();
    terminal.raw((isDrawn ? HtmlDocument.zoom() : "") + HtmlDocument.end());
  }

  private void header() {
    terminal.raw("<header><h1>" + HtmlText.code(found.file().text()) + "</h1>\n");
    String layout = found.layout().isEmpty() ? "unknown layout" : found.layout();
    terminal.raw(
        "<p class=\"result\">"
            + HtmlText.of(layout)
            + ", "
            + Units.bytes((double) found.fileBytes())
            + ", "
            + Units.count(found.tensors().size(), "tensor")
            + "</p>\n");
    CheckpointException problem = found.problem();
    if (problem != null) {
      terminal.raw(
          "<p class=\"result malformed\">"
              + HtmlText.of(problem.message(RemedyText::of))
              + "</p>\n");
    }
    terminal.raw("<p>Nothing of the file was run, and no element of a tensor was read.</p>\n");
    terminal.raw("</header>\n<dl>");
    for (Fact fact : found.facts()) {
      row(fact.name(), fact.value());
    }
    terminal.raw("</dl>\n");
  }

  private void row(String name, String text) {
    String shown = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    terminal.raw("<dt>" + HtmlText.code(name) + "</dt><dd>" + HtmlText.code(shown) + "</dd>\n");
  }

  private void totals() {
    if (found.totals().isEmpty()) {
      return;
    }
    HtmlTable table =
        new HtmlTable("By dtype", List.of("Dtype", "Tensors", "Elements", "Bytes"), 1, 4);
    long bytes = 0;
    for (DTypeTotal total : found.totals()) {
      bytes += total.bytes();
      table.add(
          total.dtype().isEmpty() ? "unknown" : HtmlText.of(total.dtype()),
          Units.grouped(total.tensors()),
          Units.grouped(total.elements()),
          Units.bytes((double) total.bytes()));
    }
    terminal.raw("<section><h2>Element types</h2>\n" + table.end());
    if (found.memoryBytes() < bytes) {
      terminal.raw(
          "<p>In "
              + Units.bytes((double) found.memoryBytes())
              + " of memory, as some share elements or repeat them.</p>\n");
    }
    if (found.unnamed() > 0) {
      terminal.raw(
          "<p>To " + Units.count(found.unnamed(), "more tensor") + " no name leads.</p>\n");
    }
    terminal.raw("</section>\n");
  }

  private void roots() {
    if (found.roots().isEmpty()) {
      return;
    }
    HtmlTable table =
        new HtmlTable(
            "Parts that a conversion could take", List.of("Root", "Tensors", "Bytes", ""), 1, 3);
    for (RootPart root : first(found.roots())) {
      table.add(
          root.path().isEmpty() ? "(all)" : HtmlText.code(root.path()),
          Units.grouped(root.tensors()),
          Units.bytes((double) root.bytes()),
          root.automatic() ? "<span class=\"badge safe\">taken</span>" : "");
    }
    terminal.raw("<section><h2>Roots</h2>\n" + table.end() + more(found.roots().size(), "root"));
    terminal.raw("</section>\n");
  }

  private static <T> List<T> first(List<T> all) {
    return all.subList(0, Math.min(MOST, all.size()));
  }

  private static String more(long all, String what) {
    return all <= MOST
        ? ""
        : "<p>And " + Units.count(all - MOST, "more " + what) + ", which --json has.</p>\n";
  }

  private void shared() {
    List<TensorSummary> shared =
        found.tensors().stream().filter(tensor -> !tensor.sharedWith().isEmpty()).toList();
    if (shared.isEmpty()) {
      return;
    }
    HtmlTable table =
        new HtmlTable(
            "Tensors over the memory of others", List.of("Tensor", "Shares with", "Bytes"), 2, 3);
    for (TensorSummary tensor : first(shared)) {
      table.add(
          HtmlText.code(tensor.name()),
          HtmlText.code(tensor.sharedWith()),
          Units.grouped(tensor.bytes()));
    }
    terminal.raw(
        "<section><h2>Shared memory</h2>\n"
            + table.end()
            + more(shared.size(), "tensor")
            + "</section>\n");
  }

  private void globals() {
    if (found.globals().isEmpty()) {
      return;
    }
    HtmlTable table =
        new HtmlTable(
            "Classes and functions that the file names",
            List.of("Global", "Standing", "Use", "At byte"),
            3,
            4);
    for (GlobalSummary global : found.globals()) {
      String style =
          switch (global.standing()) {
            case LISTED -> "safe";
            case ALLOWED -> "accepted";
            case UNLISTED -> "unknown";
          };
      table.add(
          HtmlText.code(global.name().toString()),
          "<span class=\"badge "
              + style
              + "\">"
              + InspectReport.lower(global.standing())
              + "</span>",
          InspectReport.lower(global.use()),
          Units.grouped(global.place().offset()));
    }
    terminal.raw("<section><h2>Globals</h2>\n" + table.end() + "</section>\n");
  }

  private void values() {
    if (found.values().isEmpty()) {
      return;
    }
    terminal.raw("<section><h2>Other values</h2>\n<dl>");
    for (ValueSummary value : first(found.values())) {
      row(value.name().isEmpty() ? "(all)" : value.name(), value.text());
    }
    terminal.raw("</dl>\n" + more(found.values().size() + found.moreValues(), "value"));
    terminal.raw("</section>\n");
  }

  private void texts() {
    if (found.metadata().isEmpty()) {
      return;
    }
    terminal.raw("<section><h2>Metadata</h2>\n<dl>");
    int shown = 0;
    for (Map.Entry<String, String> text : found.metadata().entrySet()) {
      if (shown++ < MOST) {
        row(text.getKey(), text.getValue());
      }
    }
    terminal.raw("</dl>\n" + more(found.metadata().size(), "text") + "</section>\n");
  }
}
