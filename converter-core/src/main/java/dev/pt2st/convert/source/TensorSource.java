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
 * An input of a conversion, open. Whatever it is, it gives a plan, and the plan's tensors lie in
 * its files; copying and comparing them is the same for all.
 */
public sealed interface TensorSource extends AutoCloseable
    permits CheckpointSource, FlatSource, FolderSource, ShardedCheckpoint {

  /**
   * Opens an input and tells by its content what it is: a checkpoint, a safetensors file, NumPy
   * arrays, compressed or in an archive; or an index of shards, or the folder of one.
   *
   * @param folder where scratch files are made, should it be compressed
   * @param listener hears how it is unpacked, should it be compressed
   * @throws CheckpointException if it is none of these, or holds several
   * @throws IOException if it cannot be read, or there is no room for what it unpacks to
   */
  static TensorSource open(
      Path input, ConvertOptions options, ScratchFolder folder, UnpackingListener listener)
      throws CheckpointException, IOException {
    return open(Input.of(input), options, folder, listener);
  }

  /**
   * The same of what is on this disk or of a source that is read by ranges. A source is one file,
   * or a member of one: no index and no folder.
   */
  static TensorSource open(
      Input input, ConvertOptions options, ScratchFolder folder, UnpackingListener listener)
      throws CheckpointException, IOException {
    return new SourceOpener(options, folder, listener).open(input);
  }

  /**
   * The same of an input that is open already and is no index; closing the result closes it.
   *
   * @param folder where scratch files are made
   */
  static TensorSource of(OpenSource source, ConvertOptions options, ScratchFolder folder)
      throws CheckpointException, IOException {
    return new SourceOpener(options, folder, UnpackingListener.NONE).of(source);
  }

  /** The same of a checkpoint that is open already. */
  static TensorSource of(OpenCheckpoint file) {
    return new CheckpointSource(file);
  }

  /** The files on the disk that it is read from, none of which an output may replace. */
  List<Path> inputs();

  /** All that is mapped and read; the first names the input in messages. */
  List<MappedFile> files();

  /** What of it is written, and what is left out. */
  Plan plan(ConvertOptions options) throws CheckpointException, IOException;

  /**
   * All that the file says beside its tensors; null if it is of a kind that says nothing more.
   *
   * @throws CheckpointException if its pickles are refused, malformed or over a limit
   * @throws IOException if it cannot be read
   */
  @Nullable Checkpoint checkpoint() throws CheckpointException, IOException;

  /** Does work on the input, and turns what a file that is cut short causes into words. */
  <T> T guarded(FileGuard.Step<T> step) throws CheckpointException, IOException;

  @Override
  void close() throws IOException;
}
