package dev.pt2st.io;

import dev.pt2st.io.source.RangeSource;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are read part by part. If they belong to a {@link RangeSource}, a part is fetched
 * before it is returned.
 *
 * @param segment all bytes, with holes where nothing has been fetched
 * @param fetcher fetches them; null if they are all present
 * @param base the offset of the first of them in the fetcher's source
 */
record FileBytes(MemorySegment segment, @Nullable RangeFetcher fetcher, long base) {
  /** Bytes that are all present. */
  static FileBytes of(MemorySegment segment) {
    return new FileBytes(segment, null, 0);
  }

  long size() {
    return segment.byteSize();
  }

  /** The segment, after fetching these bytes. */
  MemorySegment with(long offset, long size) {
    if (fetcher != null) {
      Objects.checkFromIndexSize(offset, size, segment.byteSize());
      fetcher.need(base + offset, size);
    }
    return segment;
  }

  /** A part, after fetching it. */
  MemorySegment slice(long offset, long size) {
    // The bounds are checked before anything is fetched.
    MemorySegment slice = segment.asSlice(offset, size);
    if (fetcher != null) {
      fetcher.need(base + offset, size);
    }
    return slice;
  }

  /** A part, without fetching it. */
  FileBytes part(long offset, long size) {
    return new FileBytes(segment.asSlice(offset, size), fetcher, base + offset);
  }
}
