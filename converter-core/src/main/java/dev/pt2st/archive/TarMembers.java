package dev.pt2st.archive;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.UnsupportedException;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.SegmentInputStream;
import java.nio.charset.StandardCharsets;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The members of a tar (POSIX pax, GNU and older), used where they lie.
 *
 * <p>Each header is parsed on its own, from a slice that bounds what a long name or an extended
 * header may take of memory; the data between headers is stepped over, never read.
 */
final class TarMembers extends Members {
  private static final int BLOCK = 512;

  /** What a header with its long name or its extended headers may have. */
  private static final long MOST_HEADER_BYTES = 1 << 20;

  private static final Set<String> TORCH_MEMBERS =
      Set.of("sys_info", "pickle", "tensors", "storages");

  private final MappedFile file;
  private final Limits limits;
  private long nextHeader;
  private @Nullable TarArchiveEntry current;
  private long dataOffset;

  TarMembers(MappedFile file, Limits limits) {
    this.file = file;
    this.limits = limits;
  }

  /**
   * Whether a tar is a checkpoint itself: its first member is one of those that {@code
   * _legacy_load} of torch/serialization.py takes from a tar.
   */
  static boolean isTorchTar(MappedFile file) {
    try {
      TarMembers members = new TarMembers(file, Limits.STANDARD);
      return members.next() && TORCH_MEMBERS.contains(members.name());
    } catch (CheckpointException e) {
      return false;
    }
  }

  @Override
  boolean next() throws CheckpointException {
    current = null;
    TarArchiveEntry entry = readHeader();
    while (entry != null) {
      if (entry.isFile() && !entry.isLink() && !entry.isSymbolicLink()) {
        current = entry;
        return true;
      }
      entry = readHeader();
    }
    return false;
  }

  private @Nullable TarArchiveEntry readHeader() throws CheckpointException {
    long left = file.size() - nextHeader;
    if (left < BLOCK) {
      return null;
    }
    Place place = Place.of(file.path()).at(nextHeader);
    SegmentInputStream header =
        new SegmentInputStream(
            file.segment().asSlice(nextHeader, Math.min(left, MOST_HEADER_BYTES)));
    // Closing it would close a stream in memory.
    TarArchiveEntry entry =
        new Decoding(place, "the header of the tar")
            .run(() ->
                new TarArchiveInputStream(header, BLOCK, BLOCK, StandardCharsets.UTF_8.name(), true)
                    .getNextEntry());
    if (entry == null) {
      return null;
    }
    countEntry(limits, file.path());
    if (entry.isSparse()) {
      throw new UnsupportedException(
          place,
          "the member \"" + entry.getName() + "\" is stored with its holes left out",
          "unpack the archive first");
    }
    dataOffset = nextHeader + header.position();
    long size = entry.getSize();
    if (size < 0 || size > file.size() - dataOffset) {
      throw new MalformedException(
          place, "the member \"" + entry.getName() + "\" runs past the end of the archive");
    }
    long padded = (size + BLOCK - 1) / BLOCK * BLOCK;
    nextHeader = padded > file.size() - dataOffset ? file.size() : dataOffset + padded;
    return entry;
  }

  private TarArchiveEntry current() {
    if (current == null) {
      throw new NoSuchElementException();
    }
    return current;
  }

  @Override
  String name() {
    return current().getName();
  }

  @Override
  byte[] start() {
    return startOf(file.segment().asSlice(dataOffset, current().getSize()));
  }

  @Override
  MappedFile open() {
    return file.part(shown(file.path(), name()), dataOffset, current().getSize());
  }

  @Override
  public void close() {}
}
