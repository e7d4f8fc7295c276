package dev.pt2st.convert;

import dev.pt2st.CheckpointException;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.io.MappedFile;
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
   * belong together.
   *
   * @param plan what should have been written
   * @param inputs the files in which the plan's tensors lie, open; the first names the input
   * @param options those of the plan
   * @param output what the user calls the output
   * @param files the safetensors files, in the order of the plan, opened again for reading; their
   *     paths are the names that they are to have
   * @param index that of several files, opened too; null for one
   */
  @SuppressWarnings("exports") // what a check looks at is for our own packages
  record Written(
      Plan plan,
      List<MappedFile> inputs,
      ConvertOptions options,
      Path output,
      List<MappedFile> files,
      @Nullable MappedFile index) {
    public Written {
      inputs = List.copyOf(inputs);
      files = List.copyOf(files);
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
