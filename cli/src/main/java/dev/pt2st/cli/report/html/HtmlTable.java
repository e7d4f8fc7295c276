package dev.pt2st.cli.report.html;

import java.util.List;

/** A table in a page, built row by row. */
public final class HtmlTable {
  private final StringBuilder html = new StringBuilder();
  private final int numbersFrom;
  private final int numbersTo;

  /**
   * Begins a table.
   *
   * @param caption plain text from this program
   * @param header plain text from this program
   * @param numbersFrom the first column of numbers
   * @param numbersTo the column after the last column of numbers
   */
  public HtmlTable(String caption, List<String> header, int numbersFrom, int numbersTo) {
    this.numbersFrom = numbersFrom;
    this.numbersTo = numbersTo;
    html.append("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"").append(caption);
    html.append("\">\n<table><caption>").append(caption).append("</caption>\n<tr>");
    for (int i = 0; i < header.size(); i++) {
      html.append("<th scope=\"col\"").append(isNumber(i) ? " class=\"number\"" : "");
      html.append('>').append(header.get(i)).append("</th>");
    }
    html.append("</tr>\n");
  }

  private boolean isNumber(int column) {
    return column >= numbersFrom && column < numbersTo;
  }

  /** Adds a row of cells, which must be HTML already. */
  public void add(String... cells) {
    html.append("<tr>");
    for (int i = 0; i < cells.length; i++) {
      html.append(isNumber(i) ? "<td class=\"number\">" : "<td>").append(cells[i]).append("</td>");
    }
    html.append("</tr>\n");
  }

  public String end() {
    return html.append("</table></div>\n").toString();
  }
}
