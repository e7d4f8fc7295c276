package dev.pt2st.archive.tar;

import dev.pt2st.Deadline;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.io.MappedFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every content that a reader could see in a tar: as {@code tarfile} of Python goes through it, as
 * its headers alone say, and, if asked, from every block on that may be a header. It refuses
 * nothing and believes nothing.
 */
public final class TarSurvey {
  private static final int BLOCK = TarHeader.BLOCK;
  private static final int BLOCKS_PER_LOOK_AT_THE_CLOCK = 1 << 14;

  private final MappedFile file;
  private final MemorySegment bytes;
  private final Limits limits;
  private final Deadline deadline;
  private final Map<Content, Content> found = new LinkedHashMap<>();
  private final Set<Content> seenByPython = new HashSet<>();

  /** Blocks that a walk began to read a member at. */
  private final Set<Long> begun = new HashSet<>();

  /**
   * One content.
   *
   * @param name of the member
   * @param offset of its first byte in the archive
   * @param size of its bytes there, cut off at the end of the archive
   * @param wholeSize what it has with its holes, cut off where the archive has no data for it
   * @param pieces where its data goes; empty for a content without holes
   */
  public record Content(
      String name, long offset, long size, long wholeSize, List<SparseMap.Piece> pieces) {
    public Content {
      pieces = List.copyOf(pieces);
    }

    /** Whether it lies in the archive otherwise than it is read. */
    public boolean hasHoles() {
      return !pieces.isEmpty();
    }

    /** Whether two are the same bytes, whatever their names. */
    boolean sameBytes(Content other) {
      return offset == other.offset && size == other.size && pieces.equals(other.pieces);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Content content
          && sameBytes(content)
          && wholeSize == content.wholeSize;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(31 * offset + size) + pieces.size();
    }
  }

  /**
   * @param limits bound the number of headers
   * @param deadline of the file that the archive is in
   */
  public TarSurvey(MappedFile file, Limits limits, Deadline deadline) {
    this.file = file;
    this.bytes = file.segment();
    this.limits = limits;
    this.deadline = deadline;
  }

  /** Goes through the archive as Python does. */
  public void walk() throws LimitException {
    walk(0, true);
  }

  /** Goes on from every block behind whose right checksum a header may be. */
  public void walkFromEveryBlock() throws LimitException {
    long blocks = 0;
    for (long at = 0; at <= bytes.byteSize() - BLOCK; at += BLOCK) {
      if (++blocks % BLOCKS_PER_LOOK_AT_THE_CLOCK == 0) {
        long where = at;
        deadline.check(() -> Place.of(file.path()).at(where));
      }
      if (!begun.contains(at) && TarHeader.of(block(at)) != null) {
        walk(at, false);
      }
    }
  }

  /** Everything that was found so far, in the order in which it was found. */
  public Collection<Content> contents() {
    return Collections.unmodifiableCollection(found.values());
  }

  /** What {@code tarfile} gives out, however it is named. */
  public Set<Content> seenByPython() {
    return Collections.unmodifiableSet(seenByPython);
  }

  /** The bytes of a content with holes. */
  public byte[] assemble(Content content) {
    return SparseMap.assemble(bytes, content.offset, content.wholeSize, content.pieces);
  }

  private byte[] block(long at) {
    return bytes.asSlice(at, BLOCK).toArray(ValueLayout.JAVA_BYTE);
  }

  private void walk(long start, boolean asPython) throws LimitException {
    TarWalk walk = new TarWalk(bytes, start, Map.of());
    for (TarWalk.Member member = walk.next(); member != null; member = walk.next()) {
      add(member, asPython);
      // A negative size leads back; what is behind it was seen.
      if (!begun.add(member.start())) {
        return;
      }
    }
  }

  private void add(TarWalk.Member member, boolean asPython) throws LimitException {
    deadline.check(() -> Place.of(file.path()).at(member.start()));
    if (begun.size() >= limits.get(Limit.ENTRIES)) {
      throw new LimitException(
          Place.of(file.path()),
          Limit.ENTRIES,
          "the archive has more than " + limits.get(Limit.ENTRIES) + " entries");
    }
    if (member.hasContent()) {
      Content content = content(member, member.size(), member.pieces());
      found.putIfAbsent(content, content);
      if (asPython) {
        seenByPython.add(content);
      }
    }
    if (member.headerSize() > 0 && (!member.hasContent() || member.headerSize() != member.size())) {
      Content plain = content(member, member.headerSize(), List.of());
      found.putIfAbsent(plain, plain);
    }
  }

  private Content content(TarWalk.Member member, long size, List<SparseMap.Piece> pieces) {
    long offset = Math.clamp(member.data(), 0, bytes.byteSize());
    long there = Math.clamp(size, 0, bytes.byteSize() - offset);
    return new Content(member.name(), offset, there, pieces.isEmpty() ? there : size, pieces);
  }
}
