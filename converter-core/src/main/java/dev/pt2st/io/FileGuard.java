package dev.pt2st.io;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.Remedy;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the JVM throws for mapped files that are cut short, or for a small heap, into words,
 * and the failure of a source into what it is. Work that has met such a failure ends with it,
 * whatever came of the work: nothing that was said after it is about the bytes of the source.
 */
public final class FileGuard {
  private FileGuard() {}

  /** Work on files. */
  @FunctionalInterface
  public interface Step<T> {
    T run() throws CheckpointException, IOException;
  }

  /**
   * Does work on open files.
   *
   * @param files all that are read, the one that names them all first
   */
  public static <T> T guarded(List<MappedFile> files, Step<T> step)
      throws CheckpointException, IOException {
    try {
      T result = step.run();
      throwFailure(files);
      return result;
    } catch (SourceFault e) {
      throw e.failure();
    } catch (CheckpointException e) {
      throwFailure(files);
      throw e;
    } catch (InternalError e) {
      // A mapped page that is no longer there; the JVM has no exception of its own for it.
      MappedFile cut = cut(files);
      throw cutShort(cut == null ? files.getFirst() : cut);
    } catch (IOException e) {
      throwFailure(files);
      // A write from such a page fails too; what the system says of it depends on its language.
      MappedFile cut = cut(files);
      if (cut != null) {
        throw cutShort(cut);
      }
      throw e;
    } catch (OutOfMemoryError e) {
      throw new LimitException(
          Place.of(files.getFirst().name()),
          Limit.HEAP_BYTES,
          "what it describes does not fit the heap of "
              + Runtime.getRuntime().maxMemory()
              + " bytes");
    }
  }

  private static void throwFailure(List<MappedFile> files) throws IOException {
    for (MappedFile file : files) {
      IOException failure = file.failure();
      if (failure != null) {
        throw failure;
      }
    }
  }

  private static @Nullable MappedFile cut(List<MappedFile> files) throws IOException {
    for (MappedFile file : files) {
      if (file.isCutShort()) {
        return file;
      }
    }
    return null;
  }

  private static MalformedException cutShort(MappedFile file) {
    return new MalformedException(
        Place.of(file.name()),
        "the file was cut short while it was read, or its disk failed",
        new Remedy.TryAgain());
  }
}
