package dev.pt2st.cli.report.scan;

import dev.pt2st.cli.report.ExitCode;
import java.io.IOException;

/** Where the results of a scan go, one file after the other. */
public interface ScanReport extends AutoCloseable {

  /** Takes a file's result. */
  void add(ScannedFile file) throws IOException;

  /** Takes a finding of an earlier report that is not there any more; after all files. */
  void addGone(FindingIdentity finding) throws IOException;

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
