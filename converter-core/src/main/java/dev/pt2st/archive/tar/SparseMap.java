package dev.pt2st.archive.tar;

import dev.pt2st.io.MappedFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the data of a file with holes goes, as {@code _FileInFile} of {@code Lib/tarfile.py} puts
 * it together: the data lies in the archive without its holes, and pieces may overlap.
 */
public final class SparseMap {
  /** A longer file with holes is put together up to here. */
  public static final int MOST_BYTES = 64 << 20;

  /** More of them are not read: no file has as many holes. */
  static final int MOST_PIECES = 1 << 20;

  /** So many pieces are looked at for one file; a sound map needs each of them once. */
  private static final long MOST_STEPS = 10_000_000;

  /** A run of data: where it goes, and how long it is. */
  record Piece(long offset, long length) {}

  /**
   * @param from negative for a hole
   */
  private record Span(long start, long stop, long from) {}

  private SparseMap() {}

  /**
   * Puts a file together.
   *
   * @param archive the bytes of the archive
   * @param data where the data begins in it
   * @param size with its holes
   * @return no more than {@link #MOST_BYTES}, and no more than Python would get to see
   */
  static byte[] assemble(MappedFile archive, long data, long size, List<Piece> pieces) {
    List<Span> spans = spans(data, size, pieces);
    int length = Math.clamp(size, 0, MOST_BYTES);
    byte[] content = new byte[length];
    int at = 0;
    int index = 0;
    long steps = 0;
    while (at < length && steps < MOST_STEPS) {
      int searched = 0;
      while (searched < spans.size() && !covers(spans.get(index), at)) {
        index = (index + 1) % spans.size();
        searched++;
      }
      if (searched == spans.size()) {
        break;
      }
      steps += searched + 1;
      Span span = spans.get(index);
      int count = (int) Math.min(span.stop - at, length - at);
      if (span.from >= 0) {
        long from = span.from + (at - span.start);
        if (from < 0 || from >= archive.size()) {
          break;
        }
        int there = (int) Math.min(count, archive.size() - from);
        System.arraycopy(archive.start(from, there), 0, content, at, there);
        if (there < count) {
          at += there;
          break;
        }
      }
      at += count;
    }
    return at == length ? content : Arrays.copyOf(content, at);
  }

  private static boolean covers(Span span, long at) {
    return span.start <= at && at < span.stop;
  }

  private static List<Span> spans(long data, long size, List<Piece> pieces) {
    List<Span> spans = new ArrayList<>();
    long last = 0;
    long from = data;
    for (Piece piece : pieces) {
      if (piece.offset > last) {
        spans.add(new Span(last, piece.offset, -1));
      }
      long stop = capped(piece.offset + piece.length);
      spans.add(new Span(piece.offset, stop, Math.max(0, from)));
      from = capped(from + piece.length);
      last = stop;
    }
    if (last < size) {
      spans.add(new Span(last, size, -1));
    }
    return spans;
  }

  private static long capped(long sum) {
    return Math.clamp(sum, -PythonNumber.HUGE, PythonNumber.HUGE);
  }
}
