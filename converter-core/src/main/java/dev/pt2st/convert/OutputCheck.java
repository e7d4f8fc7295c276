package dev.pt2st.convert;

import dev.pt2st.CheckpointException;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.io.MappedFile;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what a conversion has written while it lies under temporary names. If it throws, nothing
 * is left of the output.
 */
@FunctionalInterface
public interface OutputCheck {
  /**
   * The files of an output, opened again for reading. Their paths are the names that they are to
   * have.
   *
   * @param files the safetensors files, in the order of the plan
   * @param index that of several files; null for one
   */
  record Written(List<MappedFile> files, @Nullable MappedFile index) {
    public Written {
      files = List.copyOf(files);
    }
  }

  /**
   * Looks at an output; its files are closed afterwards.
   *
   * @param plan what should have been written
   * @param checkpoint the input, whose storages the plan names
   * @throws CheckpointException if the input is no longer what it was
   * @throws IOException if the output cannot be read or is not what it should be
   */
  void check(Plan plan, MappedFile checkpoint, Written written)
      throws CheckpointException, IOException;
}
