package dev.pt2st.cli.report.scan;

import dev.pt2st.cli.terminal.Terminal;
import java.io.IOException;

/** The formats of scan reports. */
public enum ScanFormat {
  TEXT,
  JSON,
  SARIF,
  HTML,
  MARKDOWN;

  /**
   * Begins a report.
   *
   * @param base the folder to which names are relative
   */
  public ScanReport open(Terminal to, ScanRun run, ReportBase base) throws IOException {
    return switch (this) {
      case TEXT -> new ScanText(to, run);
      case JSON -> new ScanJson(to, run);
      case SARIF -> new ScanSarif(to, run, base);
      case HTML -> new ScanHtml(to, run);
      case MARKDOWN -> new ScanMarkdown(to, run);
    };
  }
}
