package dev.pt2st.cli.report.scan;

import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.scan.FileReport;
import java.io.IOException;

/** Where the results of a scan go, one file after the other. */
public interface ScanReport extends AutoCloseable {

  /** Takes a file's result. */
  void add(FileReport report) throws IOException;

  /**
   * Ends the report.
   *
   * @param summary counts every file, also those that are not shown
   * @param code what the program ends with
   */
  void end(ScanSummary summary, ExitCode code) throws IOException;

  @Override
  default void close() throws IOException {}
}
