package dev.pt2st.scan;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Place;
import dev.pt2st.archive.compression.LoaderDecoder;
import dev.pt2st.io.MappedFile;
import dev.pt2st.scan.search.ByteSearch;
import java.io.IOException;

/**
 * Searches bytes of no known format to their end. Findings are reported as usual. Such bytes are
 * not safe even if only listed names are found.
 */
final class UnknownBytes {
  /** The maximum number of archives in each content. */
  private static final int MOST_ARCHIVES = 1 << 12;

  /** How far before the name of an instance its mark may be; its arguments are in between. */
  private static final int FARTHEST_MARK = 1 << 10;

  private final FileScan scan;
  private final MappedFile content;
  private final int depth;
  private int archives;

  private UnknownBytes(FileScan scan, MappedFile content, int depth) {
    this.scan = scan;
    this.content = content;
    this.depth = depth;
  }

  static void search(FileScan scan, MappedFile content, int depth)
      throws CheckpointException, IOException {
    UnknownBytes bytes = new UnknownBytes(scan, content, depth);
    try {
      new ByteSearch(content).<IOException>run(scan::looked, bytes::found);
    } catch (Complaint e) {
      throw e.problem;
    }
  }

  /** Carries the exception out of a search. */
  private static final class Complaint extends IOException {
    private static final long serialVersionUID = 1;
    private final transient CheckpointException problem;

    Complaint(CheckpointException problem) {
      super(problem);
      this.problem = problem;
    }
  }

  /** Follows a pickle from each mark at which the instance may begin. */
  private long instance(long at) throws LimitException, IOException {
    for (long mark = at - 1; mark >= 0 && mark >= at - FARTHEST_MARK; mark--) {
      if (content.i8(mark) == '(') {
        long end = scan.pickles().reportUses(content, mark);
        if (end > at) {
          return end;
        }
      }
    }
    return 0;
  }

  private long found(long at, ByteSearch.Sign sign) throws IOException {
    try {
      if (sign == ByteSearch.Sign.PICKLE) {
        return scan.pickles().reportUses(content, at);
      }
      if (sign == ByteSearch.Sign.INSTANCE) {
        return instance(at);
      }
      // The start of the content was already scanned.
      if (at > 0) {
        // Some decoders do not report a passed deadline; they then give nothing, as for other data.
        scan.checkTime(content);
        archives++;
        if (archives > MOST_ARCHIVES) {
          throw new LimitException(
              Place.of(content.name()).at(at),
              Limit.ENTRIES,
              "more than "
                  + MOST_ARCHIVES
                  + " archives and compressed streams may begin in these bytes");
        }
        MappedFile part = content.part(content.name(), at, content.size() - at);
        LoaderDecoder decoder = sign.decoder();
        scan.searching(() ->
            decoder == null
                ? scan.zips().survey(part, depth)
                : scan.archives().maybeDecoded(part, decoder, depth));
      }
      return 0;
    } catch (CheckpointException e) {
      throw new Complaint(e);
    }
  }
}
