package dev.pt2st.archive;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import dev.pt2st.io.MappedFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Iterates once over the files in an archive, in their order there. Names are compared and shown,
 * and no file is ever written under them.
 */
public abstract sealed class Members implements AutoCloseable
    permits EntryMembers, SevenZipMembers {
  /** How many of a member's first bytes are enough to tell what it is. */
  public static final int START = 512;

  private long entries;

  Members() {}

  public static Members of(Container.Archive archive, Unpacking unpacking)
      throws CheckpointException {
    return switch (archive.format()) {
      case ZIP -> EntryMembers.ofZip(archive.file(), unpacking);
      case TAR -> EntryMembers.ofTar(archive.file(), unpacking);
      case SEVEN_ZIP -> new SevenZipMembers(archive.file(), unpacking);
    };
  }

  /**
   * Moves on to the next member.
   *
   * @return false at the end
   */
  public abstract boolean next() throws CheckpointException;

  /** Its name in the archive. */
  public abstract String name();

  /** Its first bytes, {@link #START} of them if it has as many. */
  public abstract byte[] start() throws CheckpointException;

  /**
   * The member as a file, which the caller closes; valid as long as the archive's file is open. May
   * be called once for each member.
   */
  public abstract MappedFile open() throws CheckpointException, IOException;

  /** As {@link #open}, but if the data breaks, the part before the break is kept. */
  public Unpacking.Outcome openWhatThereIs() throws CheckpointException, IOException {
    return new Unpacking.Outcome(open(), null);
  }

  /**
   * Refuses data after the end of the archive, if the format can tell. Called after the last
   * member.
   *
   * @throws CheckpointException if there is anything but padding; its place is where the data
   *     begins
   */
  public void checkRest() throws CheckpointException {}

  @Override
  public abstract void close();

  /** Counts an entry of any kind. */
  final void countEntry(Limits limits, ResourceName archive) throws LimitException {
    if (++entries > limits.get(Limit.ENTRIES)) {
      throw new LimitException(
          Place.of(archive),
          Limit.ENTRIES,
          "the archive has more than " + limits.get(Limit.ENTRIES) + " entries");
    }
  }

  /** The start of a member in memory. */
  static byte[] startOf(MemorySegment bytes) {
    return bytes.asSlice(0, Math.min(START, bytes.byteSize())).toArray(ValueLayout.JAVA_BYTE);
  }
}
