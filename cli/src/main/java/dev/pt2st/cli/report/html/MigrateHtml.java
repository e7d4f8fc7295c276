package dev.pt2st.cli.report.html;

import dev.pt2st.ResourceName;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.report.ReportFile;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.io.spill.SpillingQueue;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.migrate.unit.UnitResult.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The report of a migration as an HTML page: totals, refusals by reason, and the result for each
 * file. Until it is complete, it is in nameless files.
 */
public final class MigrateHtml implements AutoCloseable {
  /** How many different reasons are shown; further ones are only counted. */
  private static final int MOST_REASONS = 200;

  private static final int LONGEST_REASON = 300;

  private final ReportFile file;
  private final ResourceName source;
  private final ResourceName target;
  private final boolean dry;
  private final Map<Verdict, SpillingQueue<String>> rows = new EnumMap<>(Verdict.class);
  private final Map<Verdict, Totals> totals = new EnumMap<>(Verdict.class);
  private final Map<String, Long> reasons = new TreeMap<>();
  private long moreReasons;

  /**
   * The totals of the units with one verdict.
   *
   * @param before bytes of their sources
   * @param after bytes of their outputs
   */
  private record Totals(long units, long before, long after) {
    static final Totals NONE = new Totals(0, 0, 0);
  }

  /**
   * @param source the directory's name in the report
   * @param dry whether nothing is written
   */
  public MigrateHtml(Path file, ResourceName source, ResourceName target, boolean dry)
      throws IOException {
    this.file = new ReportFile(file);
    this.source = source;
    this.target = target;
    this.dry = dry;
  }

  /** Adds the result of a unit. */
  public void add(UnitResult result) throws IOException {
    Verdict verdict = result.verdict();
    Totals before = totals.getOrDefault(verdict, Totals.NONE);
    long read = result.unit().bytes();
    long written = result.writtenBytes();
    totals.put(verdict, new Totals(before.units + 1, before.before + read, before.after + written));
    if (verdict == Verdict.REFUSED || verdict == Verdict.FAILED) {
      addReason(result.reason());
    }
    SpillingQueue<String> spool = rows.get(verdict);
    if (spool == null) {
      spool = SpillingQueue.ofLines();
      rows.put(verdict, spool);
    }
    spool.add(row(result, read, written));
  }

  private void addReason(String reason) {
    String shown =
        reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "…";
    if (reasons.containsKey(shown) || reasons.size() < MOST_REASONS) {
      reasons.merge(shown, 1L, Long::sum);
    } else {
      moreReasons++;
    }
  }

  private static String row(UnitResult result, long read, long written) {
    StringBuilder html = new StringBuilder("<tr><td>");
    html.append(HtmlText.code(result.unit().name()));
    if (!result.written().isEmpty()) {
      html.append(" &#x2192; ").append(HtmlText.code(result.written().getLast().target()));
    }
    if (!result.reason().isEmpty()) {
      html.append("<br>").append(HtmlText.of(result.reason()));
    }
    for (String note : result.notes()) {
      html.append("<br><span class=\"quiet\">").append(HtmlText.of(note)).append("</span>");
    }
    html.append("</td><td class=\"number\">").append(Units.bytes((double) read));
    html.append("</td><td class=\"number\">");
    html.append(result.written().isEmpty() ? "" : Units.bytes((double) written));
    return html.append("</td></tr>").toString();
  }

  /** Writes the page, and gives it its name. */
  public void end(Duration elapsed, ExitCode code) throws IOException {
    raw(HtmlDocument.head("pt2st migrate"));
    raw("<header><h1>Migration of " + HtmlText.code(source.text()) + "</h1>\n");
    raw("<p class=\"result\">" + result() + "</p>\n");
    raw(
        "<p>To "
            + HtmlText.code(target.text())
            + ", in "
            + Units.seconds(elapsed)
            + ". Exit code "
            + code.code()
            + ": "
            + HtmlText.of(code.meaning())
            + ".</p>\n</header>\n");
    HtmlTable table =
        new HtmlTable(
            "What became of the files",
            List.of("Verdict", "Number", "Bytes before", "Bytes after"),
            1,
            4);
    for (Verdict verdict : Verdict.values()) {
      Totals total = totals.getOrDefault(verdict, Totals.NONE);
      if (total.units > 0) {
        table.add(
            badge(verdict),
            Units.grouped(total.units),
            Units.bytes((double) total.before),
            Units.bytes((double) total.after));
      }
    }
    raw(table.end());
    writeReasons();
    for (Verdict verdict : List.of(Verdict.values()).reversed()) {
      writeRows(verdict);
    }
    raw(HtmlDocument.end());
    file.commit();
  }

  private String result() {
    long done = totals.getOrDefault(Verdict.CONVERTED, Totals.NONE).units;
    long bad =
        totals.getOrDefault(Verdict.REFUSED, Totals.NONE).units
            + totals.getOrDefault(Verdict.FAILED, Totals.NONE).units;
    return Units.count(done, "model")
        + (dry ? " to convert; " : " converted; ")
        + Units.grouped(bad)
        + " refused or failed.";
  }

  private static String badge(Verdict verdict) {
    String style =
        switch (verdict) {
          case CONVERTED, LINKED -> "safe";
          case ALREADY_THERE, PUT_BESIDE -> "accepted";
          case LEFT_ALONE -> "left";
          case REFUSED -> "dangerous";
          case FAILED -> "malformed";
        };
    return "<span class=\"badge " + style + "\">" + verdict.shown() + "</span>";
  }

  private void writeReasons() throws IOException {
    if (reasons.isEmpty()) {
      return;
    }
    HtmlTable table = new HtmlTable("Refused or failed", List.of("Reason", "Files"), 1, 2);
    reasons.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(
            reason -> table.add(HtmlText.of(reason.getKey()), Units.grouped(reason.getValue())));
    raw("<section><h2>Refusals by reason</h2>\n" + table.end());
    if (moreReasons > 0) {
      raw("<p>And " + Units.count(moreReasons, "more file") + " for other reasons.</p>\n");
    }
    raw("</section>\n");
  }

  private void writeRows(Verdict verdict) throws IOException {
    SpillingQueue<String> spool = rows.get(verdict);
    if (spool == null) {
      return;
    }
    boolean open = verdict == Verdict.REFUSED || verdict == Verdict.FAILED;
    raw("<details" + (open ? " open" : "") + "><summary>" + badge(verdict) + " ");
    raw(
        Units.count(totals.getOrDefault(verdict, Totals.NONE).units, "file")
            + "</summary>\n<table><tr><th scope=\"col\">File</th><th scope=\"col\""
            + " class=\"number\">Before</th><th scope=\"col\" class=\"number\">After</th></tr>\n");
    Supplier<@Nullable String> each = spool.each();
    for (String row = each.get(); row != null; row = each.get()) {
      raw(row + "\n");
    }
    raw("</table></details>\n");
  }

  private void raw(String html) throws IOException {
    file.stream().write(html.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() throws IOException {
    for (SpillingQueue<String> spool : rows.values()) {
      spool.close();
    }
    file.close();
  }
}
