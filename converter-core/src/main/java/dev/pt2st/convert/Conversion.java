package dev.pt2st.convert;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.Remedy;
import dev.pt2st.UnpackingListener;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.SourcePath;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.OpenCheckpoint;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.source.TensorSource;
import dev.pt2st.io.Input;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.Preallocation;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.output.OutputGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The conversion of one input to safetensors. The input is read once and planned once, and the
 * output is written by that plan: the plan that was shown is the plan that is carried out.
 *
 * <pre>{@code
 * try (Conversion conversion = Conversion.open(Path.of("in.pt"), ConvertOptions.STANDARD)) {
 *   Plan plan = conversion.plan();
 *   conversion.write(Path.of("out.safetensors"), WriteOptions.STANDARD, ProgressListener.NONE);
 * }
 * }</pre>
 *
 * <p><b>Threads.</b> Only one thread at a time may use a conversion. Writing starts a few threads
 * of its own, which have ended when {@link #write} returns; any of them may call the listener.
 *
 * <p><b>Ending early.</b> If a listener throws, the work ends and {@link #write} throws the same
 * exception. If the thread that writes is interrupted, {@link #write} throws a {@link
 * java.nio.channels.ClosedByInterruptException} as soon as it touches a file, and the thread stays
 * interrupted; this closes the input, so the conversion can then only be closed. A write that does
 * not finish leaves nothing of its output, neither under its name nor under a temporary one, and a
 * file that was to be replaced is unchanged. Scratch files have no names.
 *
 * <p><b>Repetition.</b> A conversion may be written any number of times, to several outputs or to
 * the same one. The whole plan is carried out each time.
 */
public final class Conversion implements AutoCloseable {
  private final TensorSource source;
  private final ConvertOptions options;
  private @Nullable Plan plan;

  private Conversion(TensorSource source, ConvertOptions options) {
    this.source = source;
    this.options = options;
  }

  /**
   * Opens an input to be converted: a checkpoint, a safetensors file, NumPy arrays, or the index or
   * folder of a model in shards. Compressed content is unpacked into the system's folder for
   * temporary files.
   *
   * @param input a file, compressed or not, {@code archive!member}, or a folder with an index
   * @throws CheckpointException if it neither is nor holds a checkpoint, or holds several
   * @throws IOException if it cannot be read, or there is no room for what it unpacks to
   */
  public static Conversion open(Path input, ConvertOptions options)
      throws CheckpointException, IOException {
    return open(Input.of(input), options);
  }

  /**
   * Like {@link #open(Path, ConvertOptions)}, for an input on this disk or a source that is read by
   * ranges. Such a source is one file or a member of one, but no index or folder. Its tensors are
   * not fetched before {@link #write}.
   *
   * @throws CheckpointException if it neither is nor holds a checkpoint, or holds several
   * @throws IOException if it cannot be read, or there is no room for what it unpacks to
   */
  @SuppressWarnings("exports") // for programs that know where sources come from
  public static Conversion open(Input input, ConvertOptions options)
      throws CheckpointException, IOException {
    return new Conversion(
        TensorSource.open(input, options, ScratchFolder.TEMPORARY, UnpackingListener.NONE),
        options);
  }

  /**
   * Like {@link #open(Path, ConvertOptions)}, but unpacks compressed content into another folder.
   *
   * @param folder where scratch files are made
   * @throws CheckpointException if it neither is nor holds a checkpoint, or holds several
   * @throws IOException if it cannot be read, or there is no room for what it unpacks to
   */
  @SuppressWarnings("exports") // for migrate, which writes beside the output
  public static Conversion open(Path input, ConvertOptions options, ScratchFolder folder)
      throws CheckpointException, IOException {
    return new Conversion(
        TensorSource.open(input, options, folder, UnpackingListener.NONE), options);
  }

  /**
   * Opens an input whose output is known already. An output that may not be written is reported
   * before any work is done, and compressed content is unpacked beside the output.
   *
   * @param how how the output will be written
   * @param listener receives the progress of unpacking if the input is compressed
   * @throws CheckpointException if it neither is nor holds a checkpoint, or holds several
   * @throws IOException if the output may not be written, see {@link Converter#checkOutput}, or the
   *     input cannot be read
   */
  public static Conversion openFor(
      Path input, Path output, ConvertOptions options, WriteOptions how, UnpackingListener listener)
      throws CheckpointException, IOException {
    return openFor(Input.of(input), output, options, how, listener);
  }

  /**
   * Like {@link #openFor(Path, Path, ConvertOptions, WriteOptions, UnpackingListener)}, for an
   * input on this disk or a source that is read by ranges. Fetched content is put beside the output
   * too.
   *
   * @throws CheckpointException if it neither is nor holds a checkpoint, or holds several
   * @throws IOException if the output may not be written, see {@link Converter#checkOutput}, or the
   *     input cannot be read
   */
  @SuppressWarnings("exports") // for programs that know where sources come from
  public static Conversion openFor(
      Input input,
      Path output,
      ConvertOptions options,
      WriteOptions how,
      UnpackingListener listener)
      throws CheckpointException, IOException {
    Converter.checkOutput(input, output, options, how);
    Preallocation.prepare(output, size(input));
    ScratchFolder folder = ScratchFolder.beside(output);
    Conversion conversion =
        new Conversion(TensorSource.open(input, options, folder, listener), options);
    try {
      conversion.checkInputs(conversion.writer(output, how));
      return conversion;
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      conversion.close();
      throw e;
    }
  }

  private static long size(Input input) {
    return switch (input) {
      case Input.OnDisk file -> SourcePath.of(file.path()).file().toFile().length();
      case Input.Ranged ranged -> ranged.source().size();
    };
  }

  /** No file of the input may be replaced, by whatever path it is reached. */
  private void checkInputs(PlanWriter writer) throws CheckpointException, IOException {
    for (Path input : source.inputs()) {
      writer.check(Optional.of(input));
    }
    if (writer.hasSidecar() && source.checkpoint() == null) {
      throw new UnsupportedException(
          Place.of(source.files().getFirst().name()),
          "it holds nothing but tensors, so there is nothing for a sidecar",
          Remedy.NONE);
    }
  }

  /**
   * A conversion of a checkpoint that is open already. Closing the conversion closes it.
   *
   * @param options their {@link ConvertOptions#read} must be those that the checkpoint was opened
   *     with
   */
  @SuppressWarnings(
      "exports") // for migrate, which looks into a file before it decides to convert it
  public static Conversion of(OpenCheckpoint file, ConvertOptions options) {
    return new Conversion(TensorSource.of(file), options);
  }

  /**
   * Whether the input is a checkpoint, rather than a file of nothing but tensors.
   *
   * @throws CheckpointException if it cannot be read
   * @throws IOException if the input cannot be read
   */
  public boolean hasCheckpoint() throws CheckpointException, IOException {
    return source.checkpoint() != null;
  }

  /**
   * The checkpoint as its pickles describe it; read on first use.
   *
   * @throws IllegalStateException if the input has no pickles
   * @throws CheckpointException if they are malformed, over a limit or unsupported
   * @throws IOException if the input cannot be read
   */
  @SuppressWarnings("exports") // for migrate, which looks for what is not a model
  public Checkpoint checkpoint() throws CheckpointException, IOException {
    Checkpoint checkpoint = source.checkpoint();
    if (checkpoint == null) {
      throw new IllegalStateException("no checkpoint: " + source.files().getFirst().name());
    }
    return checkpoint;
  }

  /**
   * The plan: what is written and what is left out, as pure data. It is made on first use, without
   * reading the bytes of any tensor.
   *
   * @return the same plan on every call
   * @throws CheckpointException if the rules refuse the input
   * @throws IOException if the input cannot be read
   */
  public Plan plan() throws CheckpointException, IOException {
    Plan known = plan;
    if (known == null) {
      known = source.plan(options);
      plan = known;
    }
    return known;
  }

  /**
   * Carries out the plan. The output appears whole or not at all; the input is never changed.
   *
   * @param output the safetensors file to write; if the plan has several, the path that their names
   *     are derived from
   * @param how how the output is written, and whether it is checked before it gets its name
   * @param progress receives the number of bytes written and checked
   * @return what was written and what was left out
   * @throws CheckpointException if the rules refuse the input, or a record of it is damaged
   * @throws IOException if the input cannot be read or the output cannot be written, or if the
   *     check throws it
   */
  public ConversionResult write(Path output, WriteOptions how, ProgressListener progress)
      throws CheckpointException, IOException {
    PlanWriter writer = writer(output, how);
    checkInputs(writer);
    Preallocation.prepare(output, bytes());
    Plan toWrite = plan();
    return source.guarded(() -> writer.write(toWrite, source, progress));
  }

  /**
   * Carries out the plan into a group of files. The output gets its name together with the other
   * files when the caller commits the group. The group decides what may be replaced.
   *
   * @param output the path of the output after the commit
   * @param progress receives the number of bytes written and checked
   * @return what was written and what was left out
   * @throws CheckpointException if the rules refuse the input, or a record of it is damaged
   * @throws IOException if the input cannot be read or the output cannot be written, or if the
   *     check throws it
   */
  @SuppressWarnings("exports") // for migrate, where all files of a unit get their names together
  public ConversionResult write(
      Path output, WriteOptions how, ProgressListener progress, OutputGroup group)
      throws CheckpointException, IOException {
    Preallocation.prepare(output, bytes());
    Plan toWrite = plan();
    return source.guarded(() -> writer(output, how).write(toWrite, source, progress, group));
  }

  private long bytes() {
    return source.files().stream().mapToLong(MappedFile::size).sum();
  }

  private PlanWriter writer(Path output, WriteOptions how) {
    return new PlanWriter(source.files().getFirst().name(), output, options, how);
  }

  /** Closes the input. */
  @Override
  public void close() throws IOException {
    source.close();
  }
}
