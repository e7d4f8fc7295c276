package dev.pt2st.convert.source;

import dev.pt2st.CheckpointException;
import dev.pt2st.UnpackingListener;
import dev.pt2st.archive.OpenSource;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.OpenCheckpoint;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.io.FileGuard;
import dev.pt2st.io.Input;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An open input of a conversion. Every kind gives a plan whose tensors are in its files, so copying
 * and comparing are the same for all kinds.
 */
public sealed interface TensorSource extends AutoCloseable
    permits CheckpointSource, FlatSource, FolderSource, ShardedCheckpoint {

  /**
   * Opens an input and detects its kind by its content: a checkpoint, a safetensors file or NumPy
   * arrays, possibly compressed or in an archive; or an index of shards, or its folder.
   *
   * @param folder where scratch files are made if it is compressed
   * @param listener receives the progress of unpacking if it is compressed
   * @throws CheckpointException if it is none of these, or holds several
   * @throws IOException if it cannot be read, or there is no room for what it unpacks to
   */
  static TensorSource open(
      Path input, ConvertOptions options, ScratchFolder folder, UnpackingListener listener)
      throws CheckpointException, IOException {
    return open(Input.of(input), options, folder, listener);
  }

  /**
   * Like the method above, for an input on this disk or a source that is read by ranges. Such a
   * source is one file or a member of one, but no index or folder.
   */
  static TensorSource open(
      Input input, ConvertOptions options, ScratchFolder folder, UnpackingListener listener)
      throws CheckpointException, IOException {
    return new SourceOpener(options, folder, listener).open(input);
  }

  /**
   * Wraps an input that is open already and is not an index; closing the result closes it.
   *
   * @param folder where scratch files are made
   */
  static TensorSource of(OpenSource source, ConvertOptions options, ScratchFolder folder)
      throws CheckpointException, IOException {
    return new SourceOpener(options, folder, UnpackingListener.NONE).of(source);
  }

  /** Wraps a checkpoint that is open already. */
  static TensorSource of(OpenCheckpoint file) {
    return new CheckpointSource(file);
  }

  /** The files on the disk that it is read from. An output must not replace any of them. */
  List<Path> inputs();

  /** All mapped files that are read; the first names the input in messages. */
  List<MappedFile> files();

  /** The plan: what is written and what is left out. */
  Plan plan(ConvertOptions options) throws CheckpointException, IOException;

  /**
   * The checkpoint with the values beside its tensors; null if its kind has no such values.
   *
   * @throws CheckpointException if its pickles are refused, malformed or over a limit
   * @throws IOException if it cannot be read
   */
  @Nullable Checkpoint checkpoint() throws CheckpointException, IOException;

  /**
   * Runs work on the input; a file that is truncated meanwhile causes an exception that says so.
   */
  <T> T guarded(FileGuard.Step<T> step) throws CheckpointException, IOException;

  @Override
  void close() throws IOException;
}
