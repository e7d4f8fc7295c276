package dev.pt2st.cli.report.html;

import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.inspect.ModuleTree;
import dev.pt2st.inspect.TensorSummary;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Collapsible modules with their tensors. A browser lays out only open modules, and the keyboard
 * can open and close them too.
 */
final class ModuleList {
  /** Deeper modules are listed in the module at this depth, as browsers limit nesting. */
  private static final int DEEPEST = 100;

  private final Terminal terminal;

  ModuleList(Terminal terminal) {
    this.terminal = terminal;
  }

  /** A module whose children are being printed. */
  private record Open(String path, Iterator<ModuleTree> left, boolean closes) {}

  void print(ModuleTree top) {
    Deque<Open> open = new ArrayDeque<>();
    terminal.raw("<ul class=\"modules\">\n");
    open.push(new Open("", top.children().iterator(), false));
    while (!open.isEmpty()) {
      Open module = open.peek();
      if (!module.left.hasNext()) {
        open.pop();
        terminal.raw(module.closes ? "</ul></details></li>\n" : "");
        continue;
      }
      ModuleTree child = module.left.next();
      String shown = module.path + child.name();
      TensorSummary tensor = child.tensor();
      if (tensor != null) {
        terminal.raw(tensor(shown, tensor));
      }
      if (child.isModule()) {
        boolean nests = open.size() < DEEPEST;
        if (nests) {
          terminal.raw(summary(shown, child));
        }
        open.push(new Open(nests ? "" : shown + ".", child.children().iterator(), nests));
      }
    }
    terminal.raw("</ul>\n");
  }

  private static String summary(String name, ModuleTree module) {
    return "<li><details><summary>"
        + HtmlText.code(name)
        + " <span class=\"quiet\">"
        + Units.count(module.tensors(), "tensor")
        + ", "
        + Units.grouped(module.elements())
        + " elements, "
        + Units.bytes((double) module.bytes())
        + "</span></summary><ul>\n";
  }

  private static String tensor(String name, TensorSummary tensor) {
    List<String> notes = new ArrayList<>();
    notes.add(tensor.dtypeName().isEmpty() ? "unknown dtype" : tensor.dtypeName());
    if (tensor.shape() != null) {
      notes.add(tensor.shape().toString());
    }
    notes.add(Units.bytes((double) tensor.bytes()));
    for (String note : List.of(tensor.kind(), tensor.remark(), tensor.file())) {
      if (!note.isEmpty()) {
        notes.add(note);
      }
    }
    if (!tensor.sharedWith().isEmpty()) {
      notes.add("shared with " + tensor.sharedWith());
    }
    return "<li>"
        + HtmlText.code(name)
        + " <span class=\"quiet\">"
        + HtmlText.of(String.join(", ", notes))
        + "</span></li>\n";
  }
}
