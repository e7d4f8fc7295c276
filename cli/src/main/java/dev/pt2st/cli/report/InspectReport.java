package dev.pt2st.cli.report;

import dev.pt2st.GlobalStanding;
import dev.pt2st.cli.terminal.Table;
import dev.pt2st.cli.terminal.Table.Column;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.convert.plan.RootPart;
import dev.pt2st.inspect.DTypeTotal;
import dev.pt2st.inspect.Fact;
import dev.pt2st.inspect.GlobalSummary;
import dev.pt2st.inspect.Inspection;
import dev.pt2st.inspect.TensorSummary;
import dev.pt2st.inspect.ValueSummary;
import dev.pt2st.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The content of a file as text: a table for each kind of content. */
public final class InspectReport {
  /** How many values are shown; the JSON has all. */
  private static final int MOST_VALUES = 30;

  /** Longer texts are shortened to the number below; the JSON has them in full. */
  private static final int MOST_CHARACTERS = 240;

  private static final int SHOWN_CHARACTERS = 160;

  private final Inspection found;
  private final int width;

  /**
   * @param width the maximum width of a line, as far as tables can be shortened
   */
  public InspectReport(Inspection found, int width) {
    this.found = found;
    this.width = width;
  }

  /** The whole report. The longest parts come first, so that the rest is together at the end. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    add(lines, facts());
    add(lines, tensors());
    add(lines, totals());
    add(lines, roots());
    add(lines, values());
    add(lines, metadata());
    add(lines, globals());
    return lines;
  }

  private static void add(List<String> lines, List<String> more) {
    if (!more.isEmpty()) {
      if (!lines.isEmpty()) {
        lines.add("");
      }
      lines.addAll(more);
    }
  }

  private List<String> facts() {
    Table table = new Table(Column.NAME, Column.NAME);
    table.add("file", found.file().text());
    table.add("layout", found.layout());
    table.add("size", Units.bytes((double) found.fileBytes()));
    for (Fact fact : found.facts()) {
      table.add(fact.name(), fact.value());
    }
    return table.lines(width);
  }

  private List<String> tensors() {
    if (found.tensors().isEmpty()) {
      return List.of();
    }
    boolean inShards = found.tensors().stream().anyMatch(tensor -> !tensor.file().isEmpty());
    boolean withNotes = found.tensors().stream().anyMatch(tensor -> !note(tensor).isEmpty());
    List<String> header = new ArrayList<>(List.of("tensor", "dtype", "shape", "bytes"));
    List<Column> columns =
        new ArrayList<>(List.of(Column.NAME, Column.NAME, Column.NAME, Column.NUMBER));
    if (inShards) {
      header.add("file");
      columns.add(Column.NAME);
    }
    if (withNotes) {
      header.add("note");
      columns.add(Column.TEXT);
    }
    Table table = new Table(columns.toArray(Column[]::new));
    table.add(header.toArray(String[]::new));
    for (TensorSummary tensor : found.tensors()) {
      List<String> row = new ArrayList<>(header.size());
      row.add(tensor.name());
      row.add(tensor.dtypeName());
      row.add(text(tensor.shape()));
      row.add(Long.toString(tensor.bytes()));
      if (inShards) {
        row.add(tensor.file());
      }
      if (withNotes) {
        row.add(note(tensor));
      }
      table.add(row.toArray(String[]::new));
    }
    return table.lines(width);
  }

  private static String text(@Nullable Shape shape) {
    return shape == null ? "" : shape.toString();
  }

  /** What is unusual about a tensor. */
  private static String note(TensorSummary tensor) {
    List<String> notes = new ArrayList<>(1);
    if (!tensor.kind().isEmpty()) {
      notes.add(tensor.kind());
    }
    if (tensor.strides() != null) {
      notes.add("strides " + tensor.strides());
    }
    if (!tensor.sharedWith().isEmpty()) {
      notes.add("shared with " + tensor.sharedWith());
    }
    if (!tensor.remark().isEmpty()) {
      notes.add(tensor.remark());
    }
    return String.join("; ", notes);
  }

  private List<String> totals() {
    if (found.totals().isEmpty()) {
      return List.of();
    }
    Table table = new Table(Column.NAME, Column.NUMBER, Column.NUMBER, Column.NUMBER);
    table.add("dtype", "tensors", "elements", "bytes");
    DTypeTotal all = new DTypeTotal("total", 0, 0, 0);
    for (DTypeTotal total : found.totals()) {
      addTotal(table, total);
      all = all.plus(total);
    }
    if (found.totals().size() > 1) {
      addTotal(table, all);
    }
    List<String> lines = table.lines(width);
    if (found.memoryBytes() < all.bytes()) {
      lines.addAll(
          sentence(
              "in "
                  + Units.bytes((double) found.memoryBytes())
                  + " of memory, as some share elements or repeat them"));
    }
    if (found.unnamed() > 0) {
      lines.addAll(
          sentence(Units.count(found.unnamed(), "more tensor") + " to which no name leads"));
    }
    return lines;
  }

  /** A sentence, wrapped to the width. */
  private List<String> sentence(String text) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private static void addTotal(Table table, DTypeTotal total) {
    table.add(
        total.dtype().isEmpty() ? "(unknown)" : total.dtype(),
        Units.grouped(total.tensors()),
        Units.grouped(total.elements()),
        Units.bytes((double) total.bytes()));
  }

  private List<String> roots() {
    if (found.roots().isEmpty()) {
      return List.of();
    }
    Table table = new Table(Column.NAME, Column.NUMBER, Column.NUMBER, Column.TEXT);
    table.add("root", "tensors", "bytes", "");
    int shown = Math.min(MOST_VALUES, found.roots().size());
    String above = "";
    for (RootPart root : found.roots().subList(0, shown)) {
      // The automatic root may be the same part without training state; it is then the next entry.
      String name = root.path().isEmpty() ? "(all)" : root.path();
      boolean isRest = root.automatic() && name.equals(above);
      above = name;
      table.add(
          isRest ? name + " without training state" : name,
          Units.grouped(root.tensors()),
          Units.bytes((double) root.bytes()),
          root.automatic() ? "auto" : "");
    }
    List<String> lines = table.lines(width);
    if (shown < found.roots().size()) {
      lines.addAll(
          sentence(
              "and "
                  + Units.count(found.roots().size() - (long) shown, "more root")
                  + ", which --json has"));
    }
    return lines;
  }

  private List<String> values() {
    if (found.values().isEmpty()) {
      return List.of();
    }
    Table table = new Table(Column.NAME, Column.TEXT);
    table.add("value", "");
    int shown = Math.min(MOST_VALUES, found.values().size());
    for (ValueSummary value : found.values().subList(0, shown)) {
      table.add(value.name().isEmpty() ? "(all)" : value.name(), folded(value.text()));
    }
    List<String> lines = table.lines(width);
    long more = found.values().size() - shown + found.moreValues();
    if (more > 0) {
      lines.addAll(sentence("and " + Units.count(more, "more value") + ", which --json has"));
    }
    return lines;
  }

  private List<String> metadata() {
    if (found.metadata().isEmpty()) {
      return List.of();
    }
    Table table = new Table(Column.NAME, Column.TEXT);
    table.add("metadata", "");
    found.metadata().forEach((key, text) -> table.add(key, folded(text)));
    return table.lines(width);
  }

  /** The start of a long text, such as an image or a workflow in the metadata. */
  private static String folded(String text) {
    if (text.length() <= MOST_CHARACTERS) {
      return text;
    }
    int end = text.offsetByCodePoints(0, text.codePointCount(0, SHOWN_CHARACTERS));
    return text.substring(0, end) + "… (" + Units.grouped(text.length()) + " characters)";
  }

  private List<String> globals() {
    if (found.globals().isEmpty()) {
      return List.of();
    }
    boolean oneEntry =
        found.globals().stream().map(global -> global.place().entry()).distinct().count() == 1;
    Table table = new Table(Column.NAME, Column.NAME, Column.NAME, Column.NUMBER, Column.NAME);
    table.add("global", "standing", "use", "at byte", oneEntry ? "" : "of");
    for (GlobalSummary global : found.globals()) {
      boolean unlisted = global.standing() != GlobalStanding.LISTED;
      String written =
          unlisted && !global.written().equals(global.name())
              ? " (written as " + global.written() + ")"
              : "";
      String entry = global.place().entry();
      table.add(
          global.name() + written,
          lower(global.standing()),
          lower(global.use()),
          Long.toString(global.place().offset()),
          oneEntry || entry == null ? "" : entry);
    }
    return table.lines(width);
  }

  public static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
