package dev.pt2st.archive;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import dev.pt2st.io.MappedFile;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Iterates once over every file inside an archive, in the order of the archive: its members and the
 * members of nested archives, all with compression removed.
 *
 * <p>Members are unpacked to nameless scratch files, one at a time and within the limits of the
 * {@link Unpacking}. After a {@link CheckpointException} of {@link #next()} that is no {@link
 * dev.pt2st.LimitException}, the next call continues after the member that caused it.
 */
public final class WrappedFiles implements AutoCloseable {
  private final Unpacking unpacking;
  private final Predicate<byte[]> wanted;
  private final ArrayDeque<Frame> open = new ArrayDeque<>();
  private @Nullable Layers current;
  private @Nullable ResourceName safetensors;

  /** An archive that is being walked. */
  private static final class Frame {
    private final ResourceName archive;
    private final Members members;
    private final int depth;
    private List<MappedFile> files;

    Frame(ResourceName archive, Members members, int depth, List<MappedFile> files) {
      this.archive = archive;
      this.members = members;
      this.depth = depth;
      this.files = files;
    }

    void close() throws IOException {
      members.close();
      Layers.close(files);
    }
  }

  private WrappedFiles(Unpacking unpacking, Predicate<byte[]> wanted) {
    this.unpacking = unpacking;
    this.wanted = wanted;
  }

  /**
   * The files in an archive, which must stay open.
   *
   * @param depth how many compressed files and archives are around it
   * @param wanted decides by a member's first bytes; others are never unpacked
   */
  static WrappedFiles in(
      Container.Archive archive, int depth, Unpacking unpacking, Predicate<byte[]> wanted)
      throws CheckpointException, IOException {
    return new WrappedFiles(unpacking, wanted).enter(archive, depth + 1, List.of());
  }

  private WrappedFiles enter(Container.Archive archive, int depth, List<MappedFile> files)
      throws CheckpointException, IOException {
    try {
      unpacking.checkDepth(depth, Place.of(archive.file().name()));
      open.push(new Frame(archive.file().name(), Members.of(archive, unpacking), depth, files));
      return this;
    } catch (CheckpointException | RuntimeException | Error e) {
      Layers.close(files);
      throw e;
    }
  }

  /**
   * Moves on to the next file; the one before is closed unless it was kept.
   *
   * @return false at the end
   * @throws CheckpointException if a member cannot be unpacked, or a limit is passed
   * @throws IOException if the disk is full
   */
  public boolean next() throws CheckpointException, IOException {
    closeCurrent();
    while (!open.isEmpty()) {
      Frame frame = open.peek();
      unpacking.chargeEntry(Place.of(frame.archive));
      if (!hasNext(frame)) {
        open.pop().close();
      } else if (wanted.test(frame.members.start())) {
        Layers layers = Layers.takeOff(frame.members.open(), frame.depth, unpacking);
        Container.Archive archive = layers.archive();
        if (archive == null) {
          current = layers;
          return true;
        }
        enter(archive, layers.depth() + 1, layers.opened());
      } else if (safetensors == null && Containers.isSafetensors(frame.members.start())) {
        safetensors = frame.archive.inside(frame.members.name());
      }
    }
    return false;
  }

  /** A problem with the archive itself ends the walk through it. */
  private boolean hasNext(Frame frame) throws CheckpointException, IOException {
    try {
      return frame.members.next();
    } catch (CheckpointException e) {
      open.pop().close();
      throw e;
    }
  }

  /** The current file. {@link #next()} and {@link #close()} close it. */
  public MappedFile file() {
    if (current == null) {
      throw new NoSuchElementException();
    }
    return current.file();
  }

  /** The name of the first safetensors file that was skipped; null if there was none. */
  public @Nullable ResourceName safetensors() {
    return safetensors;
  }

  /**
   * Hands the current file over to the caller: it outlives this walk.
   *
   * @return the file and all files that contain it, which the caller closes from last to first
   */
  public List<MappedFile> keep() {
    if (current == null) {
      throw new NoSuchElementException();
    }
    List<MappedFile> kept = new ArrayList<>();
    for (Frame frame : open.reversed()) {
      kept.addAll(frame.files);
      frame.files = List.of();
    }
    kept.addAll(current.opened());
    current = null;
    return kept;
  }

  private void closeCurrent() throws IOException {
    if (current != null) {
      Layers.close(current.opened());
      current = null;
    }
  }

  @Override
  public void close() throws IOException {
    closeCurrent();
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }
}
