package dev.pt2st.cli.report.scan;

import dev.pt2st.cli.report.ExitCode;
import java.io.IOException;

/** Receives the results of a scan, one file after the other. */
public interface ScanReport extends AutoCloseable {

  /** Adds the result of a file. */
  void add(ScannedFile file) throws IOException;

  /** Adds a finding of an earlier report that is gone; called after all files. */
  void addGone(FindingIdentity finding) throws IOException;

  /**
   * Ends the report.
   *
   * @param summary the counts of all files, including those not shown
   * @param code the exit code
   */
  void end(ScanSummary summary, ExitCode code) throws IOException;

  @Override
  default void close() throws IOException {}
}
