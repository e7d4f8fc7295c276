package dev.pt2st.inspect;

import dev.pt2st.CheckpointException;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.torch.CheckpointFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Looks at a file without converting it. No tensor's bytes are read, and nothing of it is run:
 *
 * <pre>{@code
 * Inspection found = Inspector.inspect(Path.of("model.pt"), InspectOptions.STANDARD);
 * for (TensorSummary tensor : found.tensors()) {
 *   System.out.println(tensor.name() + " " + tensor.dtypeName() + " " + tensor.shape());
 * }
 * }</pre>
 */
public final class Inspector {
  private Inspector() {}

  /**
   * What is in a file. A file that a conversion would refuse is described all the same: where its
   * pickles cannot be read to their end, {@link Inspection#problem()} says why.
   *
   * @param path a file, or a member of an archive as {@code archive.zip!member}
   * @throws CheckpointException if it cannot even be told what it is made of
   * @throws IOException if it cannot be read
   */
  public static Inspection inspect(Path path, InspectOptions options)
      throws CheckpointException, IOException {
    return withCheckpoint(path, options, file -> CheckpointInspection.of(path, file, options));
  }

  /**
   * Disassembles the pickles of a file, also broken ones up to where they break.
   *
   * @param path a file, or a member of an archive as {@code archive.zip!member}
   * @throws CheckpointException if one of them breaks, or the file is of a kind that has none
   * @throws IOException if it cannot be read
   */
  public static void disassemble(Path path, InspectOptions options, PickleListener listener)
      throws CheckpointException, IOException {
    withCheckpoint(
        path,
        options,
        file -> {
          PickleStreams.read(file.container(), options, new PickleListing(options, listener));
          return file;
        });
  }

  /** Work on an open checkpoint. */
  @FunctionalInterface
  private interface Work<T> {
    T on(CheckpointFile file) throws CheckpointException, IOException;
  }

  private static <T> T withCheckpoint(Path path, InspectOptions options, Work<T> work)
      throws CheckpointException, IOException {
    try (CheckpointFile file =
        CheckpointFile.open(
            path,
            options.policy(),
            options.limits(),
            options.checkCrc(),
            ScratchFolder.TEMPORARY)) {
      return file.guarded(() -> work.on(file));
    }
  }
}
