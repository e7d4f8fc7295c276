package dev.pt2st.archive.tar;

import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.io.MappedFile;
import dev.pt2st.work.Deadline;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
  private final Limits limits;
  private final Deadline deadline;
  private final Map<Content, Content> found = new LinkedHashMap<>();
  private final Set<Content> seenByPython = new HashSet<>();
  private final Set<String> links = new LinkedHashSet<>();
  private long blocks;

  /** Blocks that a walk has taken for headers. */
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

    /** Whether two are the same file, whatever their names. */
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
   * A survey that has not begun.
   *
   * @param limits bound the number of headers
   * @param deadline of the file that the archive is in
   */
  public TarSurvey(MappedFile file, Limits limits, Deadline deadline) {
    this.file = file;
    this.limits = limits;
    this.deadline = deadline;
  }

  /** Goes through the archive as Python does. */
  public void walk() throws LimitException {
    follow(walkFrom(0), new HashSet<>(), true);
  }

  /**
   * Goes on where Python gives up: after such a block, as {@code ignore_zeros} has it, and then
   * from every block that has a right checksum.
   */
  public void walkOn() throws LimitException {
    TarWalk walk = walkFrom(0);
    Set<Long> starts = new HashSet<>();
    while (walk.nextStart() >= 0 && walk.nextStart() <= file.size() - BLOCK) {
      if (TarHeader.mayBeHeader(file, walk.nextStart()) && !follow(walk, starts, false)) {
        break;
      }
      walk.skipBlock();
      checkTime(walk.nextStart());
    }
    for (long at = 0; at <= file.size() - BLOCK; at += BLOCK) {
      checkTime(at);
      if (TarHeader.mayBeHeader(file, at)
          && !begun.contains(at)
          && TarHeader.of(block(at)) != null) {
        follow(walkFrom(at), begun, false);
      }
    }
  }

  private void checkTime(long at) throws LimitException {
    if (++blocks % BLOCKS_PER_LOOK_AT_THE_CLOCK == 0) {
      deadline.check(() -> Place.of(file.name()).at(at));
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

  /** The names of all hard and symbolic links. */
  public Set<String> links() {
    return Collections.unmodifiableSet(links);
  }

  /** The bytes of a content with holes, no more than {@link SparseMap#MOST_BYTES}. */
  public byte[] assemble(Content content) {
    return SparseMap.assemble(file, content.offset, content.wholeSize, content.pieces);
  }

  private byte[] block(long at) {
    return file.start(at, BLOCK);
  }

  private TarWalk walkFrom(long start) {
    return new TarWalk(file, start, new LinkedHashMap<>(), this::header);
  }

  private void header(long at) throws LimitException {
    deadline.check(() -> Place.of(file.name()).at(at));
    begun.add(at);
    if (begun.size() > limits.get(Limit.ENTRIES)) {
      throw new LimitException(
          Place.of(file.name()),
          Limit.ENTRIES,
          "the archive has more than " + limits.get(Limit.ENTRIES) + " entries");
    }
  }

  /**
   * Takes what a walk finds.
   *
   * @param starts where members began before; a negative size leads back to these
   * @return false if it was led back
   */
  private boolean follow(TarWalk walk, Set<Long> starts, boolean asPython) throws LimitException {
    while (starts.add(walk.nextStart())) {
      TarWalk.Member member = walk.next();
      if (member == null) {
        starts.remove(walk.nextStart());
        return true;
      }
      add(member, asPython);
    }
    return false;
  }

  private void add(TarWalk.Member member, boolean asPython) {
    if (member.isLink()) {
      links.add(member.name());
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
    long offset = Math.clamp(member.data(), 0, file.size());
    long there = Math.clamp(size, 0, file.size() - offset);
    return new Content(member.name(), offset, there, pieces.isEmpty() ? there : size, pieces);
  }
}
