package dev.pt2st.scan;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import dev.pt2st.UnpackingListener;
import dev.pt2st.archive.Unpacking;
import dev.pt2st.checkpoint.sharded.dcp.ItemRanges;
import dev.pt2st.io.Input;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceFault;
import dev.pt2st.work.Deadline;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The state of scanning one file, shared by its parts. */
final class FileScan {
  private final ResourceName file;
  private final ScanOptions options;
  private final Deadline deadline;
  private final Findings findings;
  private final PickleScanner pickles;
  private final ArchiveScanner archives;
  private final ZipScanner zips;
  private final Unpacking unpacking;
  private final ScanListener listener;
  private final ItemRanges itemRanges;

  /** The number of nested searches in which unrecognized content is not reported. */
  private int quiet;

  /** How many of these look at a chance resemblance to an archive. */
  private int searching;

  private FileScan(
      MappedFile input, ScanOptions options, ScanListener listener, ItemRanges itemRanges) {
    this.file = input.name();
    this.options = options;
    this.listener = listener;
    this.itemRanges = itemRanges;
    // Waiting for a network does not count as the file's own time; the source limits that.
    this.deadline =
        new Deadline(options.limits(), input.size(), () -> System.nanoTime() - input.waited());
    this.findings = new Findings(file);
    this.pickles = new PickleScanner(this, deadline, findings);
    this.unpacking =
        new Unpacking(
            input,
            options.limits(),
            true,
            ScratchFolder.TEMPORARY,
            new UnpackingListener() {
              @Override
              public void unpacked(long bytes) {
                looked(bytes);
              }
            },
            deadline);
    this.archives = new ArchiveScanner(this);
    this.zips = new ZipScanner(this);
  }

  /**
   * Scans a file.
   *
   * @param itemRanges gives the items of a file of a distributed checkpoint
   */
  static FileReport of(
      Input input, ScanOptions options, ScanListener listener, ItemRanges itemRanges) {
    if (input instanceof Input.Ranged ranged && !ranged.member().isEmpty()) {
      // As with a path: otherwise a verdict about the archive would have the name of its member.
      listener.begins(input.name(), 0);
      return unreadable(
          input.name(),
          "a scan looks at whole files and all that is in them: name the archive alone");
    }
    MappedFile opened;
    try {
      opened =
          switch (input) {
            case Input.OnDisk file -> MappedFile.openBytes(file.path());
            case Input.Ranged ranged -> ranged.open(ScratchFolder.TEMPORARY);
          };
    } catch (IOException e) {
      listener.begins(input.name(), 0);
      return unreadable(input.name(), sentence(e));
    }
    try (opened) {
      listener.begins(opened.name(), opened.size());
      return new FileScan(opened, options, listener, itemRanges).report(input, opened);
    } catch (IOException e) {
      return unreadable(input.name(), sentence(e));
    }
  }

  /** The report for a file that could not be read. */
  static FileReport unreadable(ResourceName file, String why) {
    Findings findings = new Findings(file);
    findings.add(Rule.UNREADABLE, Place.of(file), why, null);
    return new FileReport(file, findings.worst(), "", 0, findings.sorted(), 0, List.of());
  }

  private FileReport report(Input named, MappedFile input) {
    ContentScanner.@Nullable Look look = null;
    try {
      if (options.full()) {
        input.willReadAll();
      }
      List<ItemRanges.Range> items = items(named, input.size());
      if (items.isEmpty()) {
        look = ContentScanner.at(this, input, 0);
        if (named instanceof Input.Ranged ranged
            && !ranged.hasSiblings()
            && ItemRanges.isNamedAsItem(ranged.name())) {
          findings.add(
              Rule.NOT_LOOKED_INTO,
              Place.of(file),
              "it is named as items of a distributed checkpoint, and only .metadata of its folder"
                  + " says where each begins: scan the folder",
              null);
        }
      } else {
        new ItemScanner(this, input, items).run();
        look = new ContentScanner.Look("items of a distributed checkpoint", true);
      }
    } catch (CheckpointException e) {
      findings.add(e);
    } catch (IOException e) {
      findings.add(Rule.UNREADABLE, Place.of(file), sentence(e), null);
    } catch (SourceFault e) {
      return unreadable(e.failure());
    } catch (InternalError e) {
      // A mapped page is gone, for which the JVM has no specific exception.
      findings.add(
          Rule.UNREADABLE,
          Place.of(file),
          "the file was cut short while it was read, or its disk failed",
          null);
    } catch (OutOfMemoryError e) {
      findings.add(
          Rule.OVER_LIMIT,
          Place.of(file),
          "what it describes does not fit the heap of "
              + Runtime.getRuntime().maxMemory()
              + " bytes",
          null);
    }
    IOException failure = input.failure();
    if (failure != null) {
      return unreadable(failure);
    }
    Verdict good = look != null && look.isJudged() ? Verdict.SAFE : Verdict.NO_PICKLE;
    if (!findings.accepted().isEmpty()) {
      good = Verdict.ACCEPTED;
    }
    return new FileReport(
        file,
        findings.isEmpty() ? good : findings.worst(),
        look == null ? "" : look.kind(),
        pickles.pickles(),
        findings.sorted(),
        findings.notListed(),
        findings.accepted());
  }

  /**
   * The report for a source that failed. Earlier findings are about its real bytes, but without the
   * rest only dangerous ones are certain.
   */
  private FileReport unreadable(IOException failure) {
    if (findings.worst() != Verdict.DANGEROUS) {
      return unreadable(file, sentence(failure));
    }
    findings.add(Rule.UNREADABLE, Place.of(file), sentence(failure), null);
    List<Finding> certain =
        findings.sorted().stream()
            .filter(finding ->
                finding.rule() == Rule.UNREADABLE || finding.rule().verdict() == Verdict.DANGEROUS)
            .toList();
    return new FileReport(
        file,
        Verdict.DANGEROUS,
        "",
        pickles.pickles(),
        certain,
        findings.notListed(),
        findings.accepted());
  }

  private List<ItemRanges.Range> items(Input named, long size) throws IOException {
    return switch (named) {
      case Input.OnDisk onDisk -> itemRanges.of(onDisk.path(), size);
      case Input.Ranged ranged -> itemRanges.of(ranged, size);
    };
  }

  private static String sentence(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "there is no such file";
      case AccessDeniedException denied -> "access is denied";
      case ClosedByInterruptException interrupt -> "its scan was cancelled before its end";
      case FileSystemException other when other.getReason() != null -> other.getReason();
      case SourceException failed -> {
        // The report names the source already.
        String start = failed.source() + ": ";
        String message = String.valueOf(failed.getMessage());
        yield message.startsWith(start) ? message.substring(start.length()) : message;
      }
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }

  ScanOptions options() {
    return options;
  }

  Deadline deadline() {
    return deadline;
  }

  Findings findings() {
    return findings;
  }

  PickleScanner pickles() {
    return pickles;
  }

  ArchiveScanner archives() {
    return archives;
  }

  ZipScanner zips() {
    return zips;
  }

  Unpacking unpacking() {
    return unpacking;
  }

  /** A step of the scan. */
  @FunctionalInterface
  interface Work {
    /** Runs the step; returns whether it found anything that a verdict is about. */
    boolean run() throws CheckpointException, IOException;
  }

  /**
   * Scans bytes that may match by chance only, or that were already reported, without a finding if
   * they are not recognized.
   */
  boolean quietly(Work work) throws CheckpointException, IOException {
    quiet++;
    try {
      return work.run();
    } finally {
      quiet--;
    }
  }

  /**
   * Scans something that begins like an archive in the middle of other bytes, without a finding if
   * it is not an archive.
   */
  boolean searching(Work work) throws CheckpointException, IOException {
    searching++;
    try {
      return quietly(work);
    } finally {
      searching--;
    }
  }

  /** Whether unrecognized content is not reported. */
  boolean isQuiet() {
    return quiet > 0;
  }

  /** Whether a broken archive without any content is not reported. */
  boolean isSearching() {
    return searching > 0;
  }

  /** Tells the listener that so many more bytes were scanned. */
  void looked(long bytes) {
    listener.looked(file, bytes);
  }

  /** Throws an exception if the scan takes too long. */
  void checkTime(MappedFile content) throws CheckpointException {
    deadline.check(() -> Place.of(content.name()));
  }
}
