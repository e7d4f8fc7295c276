package dev.pt2st.io;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.Remedy;
import dev.pt2st.io.source.SourceFault;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns the JVM's errors for truncated mapped files and for a full heap into exceptions with a
 * message, and unwraps the failure of a source. If a source failed during the work, the work ends
 * with that failure, whatever its own result: later results would not be about the bytes of the
 * source.
 */
public final class FileGuard {
  private FileGuard() {}

  /** Work on files. */
  @FunctionalInterface
  public interface Step<T> {
    T run() throws CheckpointException, IOException;
  }

  /**
   * Runs work on open files.
   *
   * @param files all files that are read; the first one names them in messages
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
      // A mapped page is gone, for which the JVM has no specific exception.
      MappedFile cut = cut(files);
      throw cutShort(cut == null ? files.getFirst() : cut);
    } catch (IOException e) {
      throwFailure(files);
      // A write from such a page fails too; the system's message for it depends on its language.
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
