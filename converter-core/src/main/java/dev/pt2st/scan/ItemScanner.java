package dev.pt2st.scan;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.checkpoint.sharded.dcp.ItemRanges.Range;
import dev.pt2st.io.MappedFile;
import java.io.IOException;
import java.util.List;

/**
 * Scans a file of a distributed checkpoint, which is many files of {@code torch.save} in a row.
 * Each of these items and the bytes between them are scanned separately. A reader that takes the
 * whole file for one archive finds the last item, unless the file is made to mislead it.
 */
final class ItemScanner {
  private static final int END = 0x06054b50;
  private static final int LOCATOR = 0x07064b50;
  private static final int ZIP64_END = 0x06064b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END_SIZE = 22;
  private static final int LOCATOR_SIZE = 20;
  private static final int ZIP64_END_SIZE = 56;
  private static final int CD_OFFSET_AT = 16;
  private static final int ZIP64_OFFSET_AT = 8;
  private static final long NO_OFFSET = 0xffffffffL;

  private final FileScan scan;
  private final MappedFile file;
  private final List<Range> ranges;

  ItemScanner(FileScan scan, MappedFile file, List<Range> ranges) {
    this.scan = scan;
    this.file = file;
    this.ranges = ranges;
  }

  /** Scans the whole file. */
  void run() throws CheckpointException, IOException {
    long at = 0;
    for (Range range : ranges) {
      between(at, range.offset());
      part("item at " + range.offset(), range.offset(), range.length());
      at = range.end();
    }
    between(at, file.size());
    if (misleads()) {
      scan.findings()
          .add(
              Rule.UNSOUND_ARCHIVE,
              Place.of(file.name()),
              "a reader that takes the whole file for one archive finds another one within an item",
              null);
    }
  }

  private void between(long from, long to) throws CheckpointException, IOException {
    if (from < to) {
      part("bytes of no item at " + from, from, to - from);
    }
  }

  private void part(String shown, long offset, long length)
      throws CheckpointException, IOException {
    scan.checkTime(file);
    ContentScanner.at(scan, file.part(file.name().inside(shown), offset, length), 1);
  }

  /**
   * Whether the offsets in the last item's records also lead somewhere when counted from the start
   * of the file.
   */
  private boolean misleads() {
    long end = file.size() - END_SIZE;
    if (end < 0 || file.i32(end) != END) {
      return false;
    }
    long directory = file.i32(end + CD_OFFSET_AT) & NO_OFFSET;
    if (directory != NO_OFFSET && leadsAstray(directory, CENTRAL)) {
      return true;
    }
    long locator = end - LOCATOR_SIZE;
    return locator >= 0
        && file.i32(locator) == LOCATOR
        && leadsAstray(file.i64(locator + ZIP64_OFFSET_AT), ZIP64_END);
  }

  /** Whether there is a record with this signature at an offset that is not an item's own. */
  private boolean leadsAstray(long offset, int signature) {
    if (offset < 0 || offset > file.size() - Integer.BYTES || file.i32(offset) != signature) {
      return false;
    }
    for (Range range : ranges) {
      if (offset >= range.offset() && offset < range.end()) {
        long own =
            signature == ZIP64_END
                ? range.end() - END_SIZE - LOCATOR_SIZE - ZIP64_END_SIZE
                : directoryOf(range);
        return offset != own;
      }
    }
    return true;
  }

  private long directoryOf(Range range) {
    long end = range.end() - END_SIZE;
    return end < range.offset() || file.i32(end) != END
        ? -1
        : range.offset() + (file.i32(end + CD_OFFSET_AT) & NO_OFFSET);
  }
}
