package dev.pt2st.cli.report;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The report files of one run, which get their names when all are complete. */
public final class ReportFiles implements AutoCloseable {
  private final List<ReportFile> files = new ArrayList<>();
  private final List<PrintStream> streams = new ArrayList<>();

  /**
   * Begins a file.
   *
   * @return the stream for its content
   * @throws IOException as {@link ReportFile#ReportFile(Path)} does
   */
  public PrintStream open(Path target) throws IOException {
    ReportFile file = new ReportFile(target);
    files.add(file);
    PrintStream stream = new PrintStream(file.stream(), false, StandardCharsets.UTF_8);
    streams.add(stream);
    return stream;
  }

  /** Gives each file its name. */
  public void commit() throws IOException {
    streams.forEach(PrintStream::flush);
    for (ReportFile file : files) {
      file.commit();
    }
  }

  @Override
  public void close() throws IOException {
    for (ReportFile file : files) {
      file.close();
    }
  }
}
