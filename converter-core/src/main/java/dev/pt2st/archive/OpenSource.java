package dev.pt2st.archive;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.Remedy;
import dev.pt2st.UnpackingListener;
import dev.pt2st.UnsupportedException;
import dev.pt2st.io.FileGuard;
import dev.pt2st.io.Input;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.work.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An open input of the user, with all compression removed: a file, or a member of an archive named
 * as {@code archive.7z!inner.pt} ({@link SourcePath}).
 *
 * <p>It is either one file or an archive of several:
 *
 * <pre>{@code
 * try (OpenSource source = OpenSource.open(path, limits, true, ScratchFolder.TEMPORARY)) {
 *   if (source.archive() == null) {
 *     look(source.file());
 *   } else {
 *     try (WrappedFiles files = source.files()) {
 *       while (files.next()) {
 *         look(files.file()); // its name() is archive.zip!member
 *       }
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>To read the one checkpoint in an input, however it is wrapped, open a {@code
 * dev.pt2st.checkpoint.OpenCheckpoint} instead.
 */
public final class OpenSource implements AutoCloseable {
  private final MappedFile input;
  private final Unpacking unpacking;
  private final List<MappedFile> opened = new ArrayList<>();
  private final List<String> wrappings = new ArrayList<>();
  private Layers layers;

  private OpenSource(MappedFile input, Unpacking unpacking) {
    this.input = input;
    this.unpacking = unpacking;
    this.layers = new Layers(input, List.of(), 0, null, List.of());
  }

  /**
   * Opens an input.
   *
   * @param checkCrc whether the CRC-32 of an archive's entries must match
   * @param folder where scratch files are made if the input is compressed
   * @throws CheckpointException if it cannot be unpacked within the limits, or there is no such
   *     member
   * @throws IOException if there is no such file, it cannot be read, or the disk is full
   */
  public static OpenSource open(Path path, Limits limits, boolean checkCrc, ScratchFolder folder)
      throws CheckpointException, IOException {
    return open(path, limits, checkCrc, folder, UnpackingListener.NONE);
  }

  /**
   * Opens an input.
   *
   * @param listener is notified of the unpacking, if the input is compressed
   */
  public static OpenSource open(
      Path path, Limits limits, boolean checkCrc, ScratchFolder folder, UnpackingListener listener)
      throws CheckpointException, IOException {
    return open(Input.of(path), limits, checkCrc, folder, listener);
  }

  /**
   * Opens a local file or a source that is read by ranges.
   *
   * @param folder where scratch files are made, also for what is fetched
   * @param listener is notified of the unpacking, if the input is compressed
   */
  public static OpenSource open(
      Input named,
      Limits limits,
      boolean checkCrc,
      ScratchFolder folder,
      UnpackingListener listener)
      throws CheckpointException, IOException {
    MappedFile input;
    String member;
    switch (named) {
      case Input.OnDisk file -> {
        SourcePath source = SourcePath.of(file.path());
        input = MappedFile.open(source.file());
        member = source.member();
      }
      case Input.Ranged ranged -> {
        input = ranged.open(folder);
        member = ranged.member();
      }
    }
    Deadline deadline =
        new Deadline(limits, input.size(), () -> System.nanoTime() - input.waited());
    OpenSource open =
        new OpenSource(input, new Unpacking(input, limits, checkCrc, folder, listener, deadline));
    return open.guardedOrClosed(() -> {
      open.enter(member);
      return open;
    });
  }

  private void enter(String member) throws CheckpointException, IOException {
    takeOff(input, 0);
    String rest = member;
    while (!rest.isEmpty()) {
      Container.Archive archive = layers.archive();
      if (archive == null) {
        throw new UnsupportedException(
            Place.of(layers.file().name()),
            "this is not an archive, so there is no member \"" + rest + "\" in it",
            new Remedy.Advice("name the file alone"));
      }
      int depth = layers.depth() + 1;
      unpacking.checkDepth(depth, Place.of(archive.file().name()));
      MemberName.Found found = MemberName.find(archive, rest, unpacking);
      try (Members members = Members.of(archive, unpacking)) {
        for (long i = 0; i <= found.index(); i++) {
          if (!members.next()) {
            throw new MalformedException(
                Place.of(archive.file().name()), "the archive has changed while it was read");
          }
        }
        takeOff(members.open(), depth);
      }
      rest = found.rest();
    }
  }

  private void takeOff(MappedFile file, int depth) throws CheckpointException, IOException {
    layers = Layers.takeOff(file, depth, unpacking);
    opened.addAll(layers.opened());
    layers.around().forEach(wrapped -> wrappings.add(wrapped.layout()));
  }

  /** The user's file on the disk. */
  public MappedFile input() {
    return input;
  }

  /** When all work on the file, except copying its tensors, must have ended. */
  public Deadline deadline() {
    return unpacking.deadline();
  }

  /** The compression and archives around the inner file, such as gzip, outermost first. */
  public List<String> wrappings() {
    return List.copyOf(wrappings);
  }

  /** The inner file: one file, or an archive of several. Messages use its name. */
  public MappedFile file() {
    return layers.file();
  }

  /** The inner file as an archive of files; null if it is one file. */
  public Container.@Nullable Archive archive() {
    return layers.archive();
  }

  /**
   * The layout of the one inner file.
   *
   * @throws CheckpointException if it is not a checkpoint, or has a layout that is not converted
   */
  public Container container() throws CheckpointException {
    Container inside = layers.inside();
    if (!wrappings.isEmpty() && Containers.isSafetensors(file())) {
      throw new UnsupportedException(
          Place.of(file().name()),
          "a safetensors file is in it already",
          new Remedy.AlreadyConverted(Remedy.Where.INSIDE, null));
    }
    return inside == null ? Containers.detect(file(), unpacking.limits()) : inside;
  }

  /** Every file in the archive. */
  public WrappedFiles files() throws CheckpointException, IOException {
    return walk(start -> true);
  }

  /**
   * Whether the input comes down to one file: the inner file is not an archive, or an archive of a
   * single file.
   *
   * @throws CheckpointException if a member cannot be unpacked, or a limit is passed
   * @throws IOException if the disk is full
   */
  public boolean isOneFile() throws CheckpointException, IOException {
    if (layers.archive() == null) {
      return true;
    }
    try (WrappedFiles files = files()) {
      return files.next() && !files.next();
    }
  }

  /** The files of the archive that begin like a checkpoint; no others are unpacked. */
  public WrappedFiles candidates() throws CheckpointException, IOException {
    return walk(Containers::mayBeCheckpoint);
  }

  private WrappedFiles walk(Predicate<byte[]> wanted) throws CheckpointException, IOException {
    Container.Archive archive = layers.archive();
    if (archive == null) {
      throw new IllegalStateException("one file: " + file().name());
    }
    return WrappedFiles.in(archive, layers.depth(), unpacking, wanted);
  }

  /**
   * Runs a step of work on the file. If the file is cut short meanwhile or the heap is too small,
   * the JVM's error becomes a {@link CheckpointException}. All reading goes through this method.
   */
  public <T> T guarded(FileGuard.Step<T> step) throws CheckpointException, IOException {
    return FileGuard.guarded(List.of(input), step);
  }

  /** The same, and closes this source if the step fails. */
  public <T> T guardedOrClosed(FileGuard.Step<T> step) throws CheckpointException, IOException {
    try {
      return guarded(step);
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    if (opened.isEmpty()) {
      input.close();
    } else {
      Layers.close(opened);
    }
  }
}
