package dev.pt2st.convert;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.io.MappedFile;
import dev.pt2st.safetensors.SafetensorsModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what a conversion has written while it lies under temporary names. If it throws, nothing
 * is left of the output.
 */
@FunctionalInterface
public interface OutputCheck {
  /**
   * An output, with all that it was made from and by. A conversion makes it, so that its parts
   * belong together; it can be used while the check runs.
   */
  final class Written {
    private final Plan plan;
    private final List<MappedFile> inputs;
    private final ConvertOptions options;
    private final Path output;
    private final List<MappedFile> files;
    private final @Nullable MappedFile index;

    /**
     * @param inputs the files in which the plan's tensors lie, open; the first names the input
     * @param files the safetensors files, in the order of the plan, opened again for reading
     * @param index that of several files, opened too; null for one
     */
    Written(
        Plan plan,
        List<MappedFile> inputs,
        ConvertOptions options,
        Path output,
        List<MappedFile> files,
        @Nullable MappedFile index) {
      this.plan = plan;
      this.inputs = List.copyOf(inputs);
      this.options = options;
      this.output = output;
      this.files = List.copyOf(files);
      this.index = index;
    }

    /** What should have been written. */
    public Plan plan() {
      return plan;
    }

    /** Those of the plan. */
    public ConvertOptions options() {
      return options;
    }

    /** What the user calls the output. */
    public Path output() {
      return output;
    }

    /**
     * The tensors as they were written, read back from the files. These have their names still to
     * come, and are called by them.
     *
     * @return a model that may be closed, and is closed after the check
     * @throws MalformedException if what was written is no safetensors file
     * @throws CheckpointException if its header does not fit the heap
     */
    public SafetensorsModel model() throws CheckpointException {
      return SafetensorsModel.of(files, index);
    }

    /** The files in which the plan's tensors lie, still open; the first names the input. */
    @SuppressWarnings("exports") // for verify, which reads the storages of the plan by itself
    public List<MappedFile> inputs() {
      return inputs;
    }
  }

  /**
   * Looks at an output; its files are closed afterwards.
   *
   * @param progress hears how the check goes on
   * @throws CheckpointException if the input is no longer what it was
   * @throws IOException if the output cannot be read or is not what it should be
   */
  void check(Written written, ProgressListener progress) throws CheckpointException, IOException;
}
