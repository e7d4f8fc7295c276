package dev.pt2st.scan;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import dev.pt2st.UnpackingListener;
import dev.pt2st.archive.Unpacking;
import dev.pt2st.checkpoint.sharded.ItemRanges;
import dev.pt2st.io.Input;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.SourceFault;
import dev.pt2st.work.Deadline;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The scan of one file: what its parts share. */
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

  /** How many searches are going on, in which nothing is said of what is not recognised. */
  private int quiet;

  /** How many of them have come upon what may be an archive by chance. */
  private int searching;

  private FileScan(
      MappedFile input, ScanOptions options, ScanListener listener, ItemRanges itemRanges) {
    this.file = input.name();
    this.options = options;
    this.listener = listener;
    this.itemRanges = itemRanges;
    // What waits for a network takes no time of the file's own: its source bounds that.
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
   * @param itemRanges knows the items of a distributed checkpoint
   */
  static FileReport of(
      Input input, ScanOptions options, ScanListener listener, ItemRanges itemRanges) {
    if (input instanceof Input.Ranged ranged && !ranged.member().isEmpty()) {
      // As of a path: a verdict about the archive would have the name of its member.
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

  /** The report of a file of which nothing is known. */
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
      // A mapped page that is no longer there; the JVM has no exception of its own for it.
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
   * The report of a source that has failed. What was found before is about its true bytes, but only
   * what is dangerous is certain without the others.
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

  /** A part of the work. */
  @FunctionalInterface
  interface Work {
    /** Does it; gives whether anything was found that is to be judged. */
    boolean run() throws CheckpointException, IOException;
  }

  /**
   * Looks at what may be nothing but chance, or lies in bytes that have been reported: that it is
   * not recognised is not worth a finding.
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
   * Looks at what begins like an archive somewhere in other bytes: that it is none is not worth a
   * finding either.
   */
  boolean searching(Work work) throws CheckpointException, IOException {
    searching++;
    try {
      return quietly(work);
    } finally {
      searching--;
    }
  }

  /** Whether nothing is said of what is not recognised. */
  boolean isQuiet() {
    return quiet > 0;
  }

  /** Whether nothing is said of a broken archive without anything in it. */
  boolean isSearching() {
    return searching > 0;
  }

  /** Tells the listener that that many more bytes have been looked at. */
  void looked(long bytes) {
    listener.looked(file, bytes);
  }

  /** Complains if the scan takes too long. */
  void checkTime(MappedFile content) throws CheckpointException {
    deadline.check(() -> Place.of(content.name()));
  }
}
