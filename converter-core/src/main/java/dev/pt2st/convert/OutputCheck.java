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
 * Checks the output of a conversion while its files have temporary names. If the check throws,
 * nothing is left of the output.
 */
@FunctionalInterface
public interface OutputCheck {
  /**
   * An output together with its inputs, plan and options. Only a conversion makes one, so its parts
   * always match. It can only be used while the check runs.
   */
  final class Written {
    private final Plan plan;
    private final List<MappedFile> inputs;
    private final ConvertOptions options;
    private final Path output;
    private final List<MappedFile> files;
    private final @Nullable MappedFile index;

    /**
     * @param inputs the open files that hold the plan's tensors; the first names the input
     * @param files the safetensors files in the order of the plan, reopened for reading
     * @param index the index of several files, reopened too; null for a single file
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

    /** The plan: what should have been written. */
    public Plan plan() {
      return plan;
    }

    /** The options of the plan. */
    public ConvertOptions options() {
      return options;
    }

    /** The path of the output as the user named it. */
    public Path output() {
      return output;
    }

    /**
     * The tensors as they were written, read back from the files. Messages call the files by their
     * final names, although they have temporary ones.
     *
     * @return a model that is closed after the check at the latest
     * @throws MalformedException if a written file is not a safetensors file
     * @throws CheckpointException if its header does not fit the heap
     */
    public SafetensorsModel model() throws CheckpointException {
      return SafetensorsModel.of(files, index);
    }

    /** The open files that hold the plan's tensors; the first names the input. */
    @SuppressWarnings("exports") // for verify, which reads the storages of the plan by itself
    public List<MappedFile> inputs() {
      return inputs;
    }
  }

  /**
   * Checks an output; its files are closed afterwards.
   *
   * @param progress receives the progress of the check
   * @throws CheckpointException if the input has changed
   * @throws IOException if the output cannot be read or is not what it should be
   */
  void check(Written written, ProgressListener progress) throws CheckpointException, IOException;
}
