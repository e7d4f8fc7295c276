package dev.pt2st.cli.report.scan;

import dev.pt2st.cli.report.ExitCode;
import java.io.IOException;
import java.util.List;

/** Passes one scan to several reports. */
public final class ScanReports implements ScanReport {
  private final List<ScanReport> reports;

  public ScanReports(List<ScanReport> reports) {
    this.reports = List.copyOf(reports);
  }

  @Override
  public void add(ScannedFile file) throws IOException {
    for (ScanReport report : reports) {
      report.add(file);
    }
  }

  @Override
  public void addGone(FindingIdentity finding) throws IOException {
    for (ScanReport report : reports) {
      report.addGone(finding);
    }
  }

  @Override
  public void end(ScanSummary summary, ExitCode code) throws IOException {
    for (ScanReport report : reports) {
      report.end(summary, code);
    }
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (ScanReport report : reports) {
      try {
        report.close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
