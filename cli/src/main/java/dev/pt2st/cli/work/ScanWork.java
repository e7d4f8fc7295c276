package dev.pt2st.cli.work;

import dev.pt2st.cli.input.Inputs;
import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.input.OpenInput;
import dev.pt2st.cli.report.Failure;
import dev.pt2st.cli.report.scan.FileSha256;
import dev.pt2st.cli.report.scan.ReportBase;
import dev.pt2st.cli.report.scan.ScannedFile;
import dev.pt2st.cli.terminal.Redaction;
import dev.pt2st.io.Input;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.FileScanner;
import dev.pt2st.scan.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Scans one file of a walk. Safe for use by several threads. */
public final class ScanWork {
  private final Inputs inputs;
  private final FileScanner scanner;
  private final ReportBase base;
  private final boolean digest;

  /**
   * @param digest whether the SHA-256 of each file is wanted
   */
  public ScanWork(Inputs inputs, FileScanner scanner, ReportBase base, boolean digest) {
    this.inputs = inputs;
    this.scanner = scanner;
    this.base = base;
    this.digest = digest;
  }

  /** Attributes that show whether a file is still the same. */
  private record Stamp(long size, FileTime time, @Nullable Object key) {}

  public ScannedFile on(FileWalk.Found found) {
    String problem = found.problem();
    if (problem != null) {
      return scanned(FileScanner.unreadable(found.location().name(), problem), null, false);
    }
    return found.location() instanceof Location.OnDisk file
        ? on(file.path())
        : on((Location.Address) found.location());
  }

  private ScannedFile scanned(FileReport report, @Nullable String sha256, boolean stated) {
    return new ScannedFile(report, base.name(report.file()), sha256, stated);
  }

  private ScannedFile on(Path path) {
    String sha256 = null;
    Stamp before = null;
    if (digest) {
      try {
        before = stamp(path);
        sha256 = before == null ? null : FileSha256.of(path);
      } catch (IOException e) {
        // The scan reports why. If the scan can read the file, there is only no digest.
        sha256 = null;
      }
    }
    FileReport report = scan(Input.of(path));
    boolean same = sha256 != null && isStill(path, before);
    return scanned(report, same ? sha256 : null, false);
  }

  private ScannedFile on(Location.Address address) {
    try (OpenInput open = inputs.open(address)) {
      FileReport report = scan(open.input());
      if (!digest || report.verdict() == Verdict.UNREADABLE) {
        return scanned(report, null, false);
      }
      Optional<String> stated = open.statedSha256();
      return stated.isPresent()
          ? scanned(report, stated.get(), true)
          : scanned(report, sha256(open.input()), false);
    } catch (IOException e) {
      return scanned(FileScanner.unreadable(address.name(), Failure.reason(e)), null, false);
    }
  }

  private static @Nullable String sha256(Input input) {
    try {
      return input instanceof Input.Ranged ranged ? FileSha256.of(ranged.source()) : null;
    } catch (IOException e) {
      return null; // the scan could read what it needs; there is only no digest
    }
  }

  private FileReport scan(Input input) {
    try {
      return scanner.scan(input);
    } catch (RuntimeException | StackOverflowError e) {
      // A bug of this program with one file must not prevent the report of the others.
      return FileScanner.unreadable(
          input.name(), "internal error, please report it: " + Redaction.of(e.toString()));
    }
  }

  /**
   * Whether a file is unchanged. A digest of other bytes than those scanned would be worse than
   * none.
   */
  private static boolean isStill(Path path, @Nullable Stamp before) {
    try {
      return before != null && before.equals(stamp(path));
    } catch (IOException e) {
      return false;
    }
  }

  /** The stamp of a regular file; null for anything else, since opening a pipe would block. */
  private static @Nullable Stamp stamp(Path path) throws IOException {
    BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
    return now.isRegularFile()
        ? new Stamp(now.size(), now.lastModifiedTime(), now.fileKey())
        : null;
  }
}
