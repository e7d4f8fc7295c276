package dev.pt2st.convert;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.Containers;
import dev.pt2st.io.AtomicOutput;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.OutputGroup;
import dev.pt2st.torch.Checkpoint;
import dev.pt2st.torch.CheckpointReader;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Converts a PyTorch checkpoint to a safetensors file. The whole of the library in two calls:
 *
 * <pre>{@code
 * Plan plan = Converter.plan(Path.of("in.pt"), ConvertOptions.STANDARD);
 * Converter.convert(Path.of("in.pt"), Path.of("out.safetensors"), ConvertOptions.STANDARD,
 *     ProgressListener.NONE);
 * }</pre>
 */
public final class Converter {
  private Converter() {}

  /**
   * What a conversion would write; reads no tensor's bytes and writes nothing.
   *
   * @throws CheckpointException if it would be refused
   * @throws IOException if the input cannot be read
   */
  public static Plan plan(Path input, ConvertOptions options)
      throws CheckpointException, IOException {
    try (MappedFile file = MappedFile.open(input)) {
      return guarded(file, () -> plan(file, options));
    }
  }

  /**
   * Says whether an output may be written for an input, before any work is done.
   *
   * @throws IOException if both are the same file, the output exists and must not be replaced, is
   *     no regular file, or has no directory to be in
   */
  public static void checkOutput(Path input, Path output, ConvertOptions options)
      throws IOException {
    if (Files.exists(output) && Files.exists(input) && Files.isSameFile(input, output)) {
      throw new FileSystemException(
          output.toString(), null, "input and output are the same file; name another output");
    }
    AtomicOutput.check(output, options.overwrite());
  }

  /**
   * Converts a checkpoint. The output appears whole or not at all; the input is never changed.
   *
   * @param progress hears of the bytes written
   * @return what was written and what was left out
   * @throws CheckpointException if the rules refuse the input
   * @throws IOException if the input cannot be read or the output cannot be written
   */
  public static Plan convert(
      Path input, Path output, ConvertOptions options, ProgressListener progress)
      throws CheckpointException, IOException {
    try (MappedFile file = MappedFile.open(input)) {
      checkOutput(input, output, options);
      return guarded(
          file,
          () -> {
            Plan plan = plan(file, options);
            write(plan, input, output, options, progress);
            return plan;
          });
    }
  }

  private static Plan plan(MappedFile file, ConvertOptions options) throws CheckpointException {
    Container container = Containers.detect(file, options.limits());
    Checkpoint checkpoint =
        new CheckpointReader(options.policy(), options.limits(), options.checkCrc())
            .read(container);
    return Planner.plan(checkpoint, options);
  }

  private static void write(
      Plan plan, Path input, Path output, ConvertOptions options, ProgressListener progress)
      throws CheckpointException, IOException {
    try (OutputGroup group = new OutputGroup(options.overwrite())) {
      try {
        AtomicOutput target = group.create(output);
        Copier.copy(plan, input, output, target, options, progress);
        group.commit(options.durable());
      } catch (IOException e) {
        throw group.explain(e, plan.fileBytes());
      }
    }
  }

  @FunctionalInterface
  private interface Step {
    Plan run() throws CheckpointException, IOException;
  }

  /** Turns what the JVM throws for a file that is cut short under it into words. */
  private static Plan guarded(MappedFile file, Step step) throws CheckpointException, IOException {
    try {
      return step.run();
    } catch (InternalError e) {
      // A mapped page that is no longer there; the JVM has no exception of its own for it.
      throw cutShort(file);
    } catch (IOException e) {
      // A write from such a page fails too; what the system says of it depends on its language.
      if (file.isCutShort()) {
        throw cutShort(file);
      }
      throw e;
    } catch (OutOfMemoryError e) {
      throw new LimitException(
          Place.of(file.path()),
          Limit.HEAP_BYTES,
          "what it describes does not fit the heap of "
              + Runtime.getRuntime().maxMemory()
              + " bytes");
    }
  }

  private static MalformedException cutShort(MappedFile file) {
    return new MalformedException(
        Place.of(file.path()),
        "the file was cut short while it was read, or its disk failed",
        "convert it again when nothing changes it");
  }
}
