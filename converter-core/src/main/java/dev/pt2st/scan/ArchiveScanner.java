package dev.pt2st.scan;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.ArchiveFormat;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.Members;
import dev.pt2st.archive.Unpacking;
import dev.pt2st.archive.ZipArchive;
import dev.pt2st.archive.compression.Compression;
import dev.pt2st.archive.compression.LoaderDecoder;
import dev.pt2st.checkpoint.StorageEntries;
import dev.pt2st.io.MappedFile;
import dev.pt2st.scan.search.Inflation;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Scans archives and compressed files: every member by its content, whatever its name. */
final class ArchiveScanner {
  /** The method of zlib data (RFC 1950). */
  private static final int DEFLATED = 8;

  private final FileScan scan;
  private final Findings findings;

  ArchiveScanner(FileScan scan) {
    this.scan = scan;
    this.findings = scan.findings();
  }

  /**
   * Scans a compressed file.
   *
   * @return whether it contains anything that a verdict is about
   */
  boolean inside(Container.Compressed compressed, int depth)
      throws CheckpointException, IOException {
    scan.unpacking().checkDepth(depth + 1, Place.of(compressed.file().name()));
    Unpacking.Outcome outcome = scan.unpacking().decompressWhatThereIs(compressed);
    long size = outcome.file().size();
    boolean goesOn = compressed.compression() == Compression.GZIP && outcome.problem() != null;
    boolean judged = outcome(outcome, depth);
    if (goesOn) {
      // The checksum of a header or a trailer is wrong, at which only some readers stop.
      Unpacking.Outcome all =
          scan.unpacking().decompressWhatThereIs(compressed.file(), LoaderDecoder.LENIENT_GZIP);
      if (all.file().size() > size) {
        outcome(all, depth);
      } else {
        all.file().close();
      }
    }
    return judged;
  }

  /**
   * Scans the members of an archive.
   *
   * @return whether it contains anything that a verdict is about
   */
  boolean inside(Container.Archive archive, int depth) throws CheckpointException, IOException {
    scan.unpacking().checkDepth(depth + 1, Place.of(archive.file().name()));
    if (archive.format() == ArchiveFormat.ZIP) {
      return scan.zips()
          .entries(
              archive.file(),
              ZipArchive.read(archive.file(), scan.options().limits()),
              Set.of(),
              StorageEntries.NONE,
              null,
              depth);
    }
    if (archive.format() == ArchiveFormat.TAR) {
      return new TarScanner(scan).at(archive.file(), depth);
    }
    boolean judged = false;
    try (Members members = Members.of(archive, scan.unpacking())) {
      while (members.next()) {
        scan.unpacking().chargeEntry(Place.of(archive.file().name()));
        judged |= member(members, depth);
      }
      members.checkRest();
      return judged;
    } catch (CheckpointException e) {
      findings.add(e);
      return true;
    }
  }

  private boolean member(Members members, int depth) throws IOException {
    try {
      return outcome(members.openWhatThereIs(), depth);
    } catch (CheckpointException e) {
      // The next members are scanned nevertheless, as far as the limits allow.
      findings.add(e);
      return true;
    }
  }

  /** Scans unpacked data, complete or not. */
  private boolean outcome(Unpacking.Outcome outcome, int depth)
      throws CheckpointException, IOException {
    try (MappedFile file = outcome.file()) {
      CheckpointException problem = outcome.problem();
      if (problem == null) {
        return ContentScanner.at(scan, file, depth + 1).isJudged();
      }
      findings.add(problem);
      if (file.size() > 0) {
        ContentScanner.at(scan, file, depth + 1);
      }
      return true;
    }
  }

  /**
   * Scans data that may be compressed in this format, if its first bytes are not conclusive.
   *
   * @return whether it contains anything that a verdict is about; data of another format is not
   *     reported
   */
  boolean maybeDecoded(MappedFile packed, LoaderDecoder decoder, int depth)
      throws CheckpointException, IOException {
    scan.unpacking().checkDepth(depth + 1, Place.of(packed.name()));
    Unpacking.Outcome outcome = scan.unpacking().decompressWhatThereIs(packed, decoder);
    try (MappedFile content = outcome.file()) {
      boolean judged =
          content.size() > 0
              && scan.quietly(() -> ContentScanner.at(scan, content, depth + 1).isJudged());
      CheckpointException problem = outcome.problem();
      // The decoders here read everything that may follow a whole LZMA stream, except an xz stream,
      // which its long magic number identifies.
      judged |=
          problem instanceof UnsupportedException
              && (decoder == LoaderDecoder.LZMA_ALONE || decoder == LoaderDecoder.LZIP);
      if (judged && problem != null) {
        findings.add(problem);
      }
      return judged;
    }
  }

  /**
   * The content of zlib data.
   *
   * @param bytes the content, which the receiver closes
   * @param isAll whether the data is sound, and nothing follows it
   */
  record Inflated(MappedFile bytes, boolean isAll) {}

  /** Decompresses a content that begins like zlib data (RFC 1950); null if nothing comes out. */
  @Nullable Inflated inflatedZlib(MappedFile content, byte[] first)
      throws CheckpointException, IOException {
    boolean isHeader =
        first.length >= 2
            && (first[0] & 0x8f) == DEFLATED
            && (first[1] & 0x20) == 0
            && (first[0] << 8 | (first[1] & 0xff)) % 31 == 0;
    if (!isHeader) {
      return null;
    }
    try (Inflation inflation =
        Inflation.of(content, content, -1, false, content.name(), scan.unpacking())) {
      return inflation.isEmpty()
          ? null
          : new Inflated(
              inflation.file(),
              inflation.problem() == null && inflation.consumed() == content.size());
    }
  }
}
