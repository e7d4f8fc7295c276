package dev.pt2st.checkpoint;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.ReadOptions;
import dev.pt2st.ResourceName;
import dev.pt2st.UnpackingListener;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.OpenSource;
import dev.pt2st.io.FileGuard;
import dev.pt2st.io.Input;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.work.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The open checkpoint of an input: a file, compressed or not, a member of an archive ({@code
 * archive.7z!inner.pt}), or the only file in an archive that holds tensors. Every command opens its
 * checkpoint this way:
 *
 * <pre>{@code
 * try (OpenCheckpoint file = OpenCheckpoint.open(path, ReadOptions.STANDARD)) {
 *   Checkpoint checkpoint = file.guarded(file::read);
 * }
 * }</pre>
 */
public final class OpenCheckpoint implements AutoCloseable {
  private final OpenSource source;
  private final Limits limits;
  private final CheckpointReader reader;
  private final List<MappedFile> kept = new ArrayList<>();
  private @Nullable Container container;
  private @Nullable Checkpoint checkpoint;
  private List<String> otherMembers = List.of();

  private OpenCheckpoint(OpenSource source, Limits limits, CheckpointReader reader) {
    this.source = source;
    this.limits = limits;
    this.reader = reader;
  }

  /**
   * Opens an input and finds its checkpoint.
   *
   * @throws CheckpointException if it neither is nor holds a checkpoint, or holds several
   * @throws IOException if it cannot be read, or there is no room for what it unpacks to
   */
  public static OpenCheckpoint open(Path path, ReadOptions options)
      throws CheckpointException, IOException {
    return open(path, options, ScratchFolder.TEMPORARY, UnpackingListener.NONE);
  }

  /**
   * Opens an input and finds its checkpoint.
   *
   * @param folder where scratch files are made if it is compressed: beside the output if there is
   *     one
   * @param listener receives the progress of unpacking if it is compressed
   */
  public static OpenCheckpoint open(
      Path path, ReadOptions options, ScratchFolder folder, UnpackingListener listener)
      throws CheckpointException, IOException {
    return open(Input.of(path), options, folder, listener);
  }

  /** Like the method above, for a file on this disk or a source that is read by ranges. */
  public static OpenCheckpoint open(
      Input input, ReadOptions options, ScratchFolder folder, UnpackingListener listener)
      throws CheckpointException, IOException {
    return of(
        OpenSource.open(input, options.limits(), options.comparesCrc(), folder, listener), options);
  }

  /**
   * Finds the checkpoint of an input that is open already; closing the result closes it.
   *
   * @throws CheckpointException if it neither is nor holds a checkpoint, or holds several
   * @throws IOException if it cannot be read, or there is no room for what it unpacks to
   */
  public static OpenCheckpoint of(OpenSource source, ReadOptions options)
      throws CheckpointException, IOException {
    OpenCheckpoint opened =
        new OpenCheckpoint(
            source, options.limits(), new CheckpointReader(options, source.deadline()));
    try {
      return source.guarded(opened::choose);
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      opened.close();
      throw e;
    }
  }

  private OpenCheckpoint choose() throws CheckpointException, IOException {
    if (source.archive() == null) {
      container = source.container();
    } else {
      MemberChooser chooser = new MemberChooser(reader, source, limits);
      checkpoint = chooser.choose(kept);
      otherMembers = chooser.others();
      container = checkpoint.container();
    }
    return this;
  }

  /** The name of the input that contains it. */
  public ResourceName input() {
    return source.input().name();
  }

  /** The path of the input; empty if it is not a file on the disk. */
  public Optional<Path> inputPath() {
    return source.input().path();
  }

  /** The layout of the checkpoint. */
  public Container container() {
    if (container == null) {
      throw new IllegalStateException("not open");
    }
    return container;
  }

  /** The mapped bytes of the checkpoint. */
  public MappedFile file() {
    return container().file();
  }

  /** The time by which all work on the input must end, except copying its tensors. */
  public Deadline deadline() {
    return source.deadline();
  }

  /**
   * The formats that wrap the checkpoint, such as gzip, outermost first; empty if it is a plain
   * file.
   */
  public List<String> wrappings() {
    return source.wrappings();
  }

  /**
   * The archive member that was chosen, as in {@code archive!member}; empty if the input is the
   * checkpoint itself.
   */
  public String member() {
    return file().name().within(source.input().name());
  }

  /** Other archive members that hold tensors; empty if the user has named a member. */
  public List<String> otherMembers() {
    return otherMembers;
  }

  /**
   * Whether the archive that contains it holds other files too.
   *
   * @throws CheckpointException if one of them cannot be unpacked
   * @throws IOException if there is no room for it
   */
  public boolean hasSiblings() throws CheckpointException, IOException {
    return source.guarded(() -> !source.isOneFile());
  }

  /**
   * The checkpoint as its pickles describe it; read once.
   *
   * @throws CheckpointException if they are malformed, over a limit or of an unsupported kind
   */
  public Checkpoint read() throws CheckpointException {
    if (checkpoint == null) {
      checkpoint = reader.read(container());
    }
    return checkpoint;
  }

  /** Runs work on the checkpoint; see {@link OpenSource#guarded}. */
  public <T> T guarded(FileGuard.Step<T> step) throws CheckpointException, IOException {
    return source.guarded(step);
  }

  @Override
  public void close() throws IOException {
    for (MappedFile file : kept.reversed()) {
      file.close();
    }
    source.close();
  }
}
