package dev.pt2st.io;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are read part by part. Nobody gets a part that is not there: of a {@link RangeSource}
 * it is fetched first.
 *
 * @param segment all of them, with holes where nothing has been fetched
 * @param fetcher fetches them; null if they are all there
 * @param base where the first of them stands in what the fetcher fetches
 */
record FileBytes(MemorySegment segment, @Nullable RangeFetcher fetcher, long base) {
  /** Bytes that are all there. */
  static FileBytes of(MemorySegment segment) {
    return new FileBytes(segment, null, 0);
  }

  long size() {
    return segment.byteSize();
  }

  /** The segment, of which these bytes are there. */
  MemorySegment with(long offset, long size) {
    if (fetcher != null) {
      Objects.checkFromIndexSize(offset, size, segment.byteSize());
      fetcher.need(base + offset, size);
    }
    return segment;
  }

  /** A part that is there. */
  MemorySegment slice(long offset, long size) {
    // The bounds are checked before anything is fetched.
    MemorySegment slice = segment.asSlice(offset, size);
    if (fetcher != null) {
      fetcher.need(base + offset, size);
    }
    return slice;
  }

  /** A part, of which nothing need be there yet. */
  FileBytes part(long offset, long size) {
    return new FileBytes(segment.asSlice(offset, size), fetcher, base + offset);
  }
}
