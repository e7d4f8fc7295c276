package dev.pt2st.cli;

import dev.pt2st.cli.report.scan.ReportBase;
import dev.pt2st.cli.report.scan.ScannedFile;
import dev.pt2st.cli.report.scan.Sha256;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.FileScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** What a scan does with one file that was found. May be used by many threads. */
final class ScanWork {
  private final FileScanner scanner;
  private final ReportBase base;
  private final boolean digest;

  /**
   * @param digest whether the SHA-256 of each file is wanted
   */
  ScanWork(FileScanner scanner, ReportBase base, boolean digest) {
    this.scanner = scanner;
    this.base = base;
    this.digest = digest;
  }

  /** What tells whether a file is still the same one. */
  private record Stamp(long size, FileTime time, @Nullable Object key) {}

  ScannedFile on(FileWalk.Found found) {
    Path path = found.path();
    String problem = found.problem();
    String sha256 = null;
    Stamp before = null;
    if (digest && problem == null) {
      try {
        before = stamp(path);
        sha256 = before == null ? null : Sha256.of(path);
      } catch (IOException e) {
        // The scan says why, unless it can read the file: then there is just no digest.
        sha256 = null;
      }
    }
    FileReport report = problem == null ? scan(path) : FileScanner.unreadable(path, problem);
    boolean same = sha256 != null && isStill(path, before);
    return new ScannedFile(report, base.name(report.file()), same ? sha256 : null);
  }

  private FileReport scan(Path path) {
    try {
      return scanner.scan(path);
    } catch (RuntimeException | StackOverflowError e) {
      // A mistake of ours with one file is no reason to say nothing of the others.
      return FileScanner.unreadable(path, "internal error, please report it: " + e);
    }
  }

  /** A digest of other bytes than those that were scanned would be worse than none. */
  private static boolean isStill(Path path, @Nullable Stamp before) {
    try {
      return before != null && before.equals(stamp(path));
    } catch (IOException e) {
      return false;
    }
  }

  /** Null for what is no regular file: opening a pipe would wait for its other end. */
  private static @Nullable Stamp stamp(Path path) throws IOException {
    BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
    return now.isRegularFile()
        ? new Stamp(now.size(), now.lastModifiedTime(), now.fileKey())
        : null;
  }
}
