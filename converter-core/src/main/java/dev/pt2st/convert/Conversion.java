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
import dev.pt2st.io.OutputGroup;
import dev.pt2st.io.Preallocation;
import dev.pt2st.io.ScratchFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One input on its way to safetensors: opened and read once, planned once, and written as the plan
 * says. The plan that was shown is the plan that is carried out.
 *
 * <pre>{@code
 * try (Conversion conversion = Conversion.open(Path.of("in.pt"), ConvertOptions.STANDARD)) {
 *   Plan plan = conversion.plan();
 *   conversion.write(Path.of("out.safetensors"), WriteOptions.STANDARD, ProgressListener.NONE);
 * }
 * }</pre>
 *
 * <p><b>Threads.</b> One thread at a time may use a conversion, whichever it is. Writing starts a
 * few threads of its own, which have ended when {@link #write} returns; listeners are called by any
 * of them.
 *
 * <p><b>Ending early.</b> If a listener throws, the work ends and {@link #write} throws the same.
 * If the thread that writes is interrupted, {@link #write} throws a {@link
 * java.nio.channels.ClosedByInterruptException} as soon as it touches a file, and the thread stays
 * interrupted; the input is closed by that, so the conversion can only be closed then. However a
 * write ends before its end, nothing is left of its output: no file under its name, none under a
 * temporary one, and a file that was to be replaced is as it was. Scratch files have no names.
 *
 * <p><b>Again.</b> A conversion may be written any number of times, to several outputs or to the
 * same one: each time all of the plan is carried out anew.
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
   * Opens an input to be converted: a checkpoint, a safetensors file, arrays of NumPy, the index of
   * a model in shards or the folder of one. What must be unpacked to be read is put where the
   * system keeps temporary files.
   *
   * @param input a file, compressed or not, {@code archive!member}, or a folder with an index
   * @throws CheckpointException if it is no checkpoint and holds none, or several
   * @throws IOException if it cannot be read, or there is no room for what it unpacks to
   */
  public static Conversion open(Path input, ConvertOptions options)
      throws CheckpointException, IOException {
    return open(Input.of(input), options);
  }

  /**
   * The same of what is on this disk or of a source that is read by ranges. A source is one file,
   * or a member of one: no index and no folder. Of its tensors nothing is fetched before {@link
   * #write}.
   *
   * @throws CheckpointException if it is no checkpoint and holds none, or several
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
   * The same, with what is unpacked in another place.
   *
   * @param folder where scratch files are made
   * @throws CheckpointException if it is no checkpoint and holds none, or several
   * @throws IOException if it cannot be read, or there is no room for what it unpacks to
   */
  @SuppressWarnings("exports") // for migrate, which writes beside the output
  public static Conversion open(Path input, ConvertOptions options, ScratchFolder folder)
      throws CheckpointException, IOException {
    return new Conversion(
        TensorSource.open(input, options, folder, UnpackingListener.NONE), options);
  }

  /**
   * Opens a checkpoint that is to be written to an output that is known already. Whether it may be
   * written is told before any work is done, and what must be unpacked is put beside it.
   *
   * @param how it will be written
   * @param listener hears how the input is unpacked, should it be compressed
   * @throws CheckpointException if it is no checkpoint and holds none, or several
   * @throws IOException if the output may not be written, see {@link Converter#checkOutput}, or the
   *     input cannot be read
   */
  public static Conversion openFor(
      Path input, Path output, ConvertOptions options, WriteOptions how, UnpackingListener listener)
      throws CheckpointException, IOException {
    return openFor(Input.of(input), output, options, how, listener);
  }

  /**
   * The same of what is on this disk or of a source that is read by ranges; what is fetched is put
   * beside the output too.
   *
   * @throws CheckpointException if it is no checkpoint and holds none, or several
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

  /** No file of the input is replaced, whatever the names that lead to it. */
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
   * A conversion of a checkpoint that is open already; closing the result closes it.
   *
   * @param options whose {@link ConvertOptions#read} is what the checkpoint was opened with
   */
  @SuppressWarnings(
      "exports") // for migrate, which looks into a file before it decides to convert it
  public static Conversion of(OpenCheckpoint file, ConvertOptions options) {
    return new Conversion(TensorSource.of(file), options);
  }

  /**
   * Whether the input is a checkpoint, and no file of tensors alone.
   *
   * @throws CheckpointException if it cannot be read as the one that it is
   * @throws IOException if the input cannot be read
   */
  public boolean hasCheckpoint() throws CheckpointException, IOException {
    return source.checkpoint() != null;
  }

  /**
   * What the checkpoint's pickles say; read when it is first asked for.
   *
   * @throws IllegalStateException if the input is of a kind that has none
   * @throws CheckpointException if they are malformed, over a limit or of a kind that is not read
   * @throws IOException if the input cannot be read
   */
  @SuppressWarnings("exports") // for migrate, which looks for what is no model
  public Checkpoint checkpoint() throws CheckpointException, IOException {
    Checkpoint checkpoint = source.checkpoint();
    if (checkpoint == null) {
      throw new IllegalStateException("no checkpoint: " + source.files().getFirst().name());
    }
    return checkpoint;
  }

  /**
   * What is written, and what is left out: pure data, made when it is first asked for. No tensor's
   * bytes are read for it.
   *
   * @return the same plan at every call
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
   * @param output the safetensors file to write; if the plan has several, what their names are made
   *     from
   * @param how it is written, and whether it is checked before it gets its name
   * @param progress hears of the bytes written, and of those checked
   * @return what was written and what was left out
   * @throws CheckpointException if the rules refuse the input, or a record of it is damaged
   * @throws IOException if the input cannot be read or the output cannot be written, or what the
   *     check throws
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
   * Carries out the plan into a group of files: the output gets its name with the others, when the
   * caller commits the group. The group says what may be replaced.
   *
   * @param output what the output is to be called
   * @param progress hears of the bytes written, and of those checked
   * @return what was written and what was left out
   * @throws CheckpointException if the rules refuse the input, or a record of it is damaged
   * @throws IOException if the input cannot be read or the output cannot be written, or what the
   *     check throws
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
