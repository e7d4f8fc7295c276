package dev.pt2st.verify;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.Remedy;
import dev.pt2st.io.MappedFile;
import java.io.IOException;
import java.util.List;

/**
 * Turns what the JVM throws for mapped files that are cut short, or for a small heap, into words.
 */
final class MappedFaults {
  private MappedFaults() {}

  /** Work on files. */
  @FunctionalInterface
  interface Step<T> {
    T run() throws CheckpointException, IOException;
  }

  static <T> T guarded(List<MappedFile> files, Step<T> step)
      throws CheckpointException, IOException {
    try {
      return step.run();
    } catch (InternalError e) {
      // A mapped page that is no longer there; the JVM has no exception of its own for it.
      MappedFile cut = files.getFirst();
      for (MappedFile file : files) {
        cut = file.isCutShort() ? file : cut;
      }
      throw new MalformedException(
          Place.of(cut.name()),
          "the file was cut short while it was read, or its disk failed",
          new Remedy.TryAgain());
    } catch (OutOfMemoryError e) {
      throw new LimitException(
          Place.of(files.getFirst().name()),
          Limit.HEAP_BYTES,
          "what it describes does not fit the heap of "
              + Runtime.getRuntime().maxMemory()
              + " bytes");
    }
  }
}
