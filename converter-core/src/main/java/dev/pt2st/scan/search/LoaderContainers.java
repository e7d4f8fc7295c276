package dev.pt2st.scan.search;

import dev.pt2st.LimitException;
import dev.pt2st.io.MappedFile;
import dev.pt2st.scan.format.JsonContent;
import dev.pt2st.scan.format.Programs;
import dev.pt2st.work.Deadline;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Containers whose loaders run their content and that cannot be recognized by their first bytes
 * alone.
 */
public final class LoaderContainers {
  private static final byte[] HDF5 = "\u0089HDF\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1);
  private static final long FIRST_USER_BLOCK = 512;

  private LoaderContainers() {}

  /** Whether it is HDF5 to its readers, that is, after a user block of any allowed size. */
  public static boolean isHdf5(MappedFile content) {
    if (content.isFetched()) {
      List<MappedFile.Part> starts = new ArrayList<>();
      for (long at = FIRST_USER_BLOCK; at > 0 && at < content.size(); at *= 2) {
        starts.add(new MappedFile.Part(at, HDF5.length));
      }
      content.willRead(starts);
    }
    long at = 0;
    while (at >= 0 && at <= content.size() - HDF5.length) {
      if (Arrays.equals(content.start(at, HDF5.length), HDF5)) {
        return true;
      }
      at = at == 0 ? FIRST_USER_BLOCK : at * 2;
    }
    return false;
  }

  /**
   * Why a text describes a model that runs code of its own; null if it does not.
   *
   * @param isMember whether it is in an archive
   * @param deadline the deadline of the file that contains it
   * @throws LimitException if it takes too long
   */
  public static @Nullable String programOfText(
      MappedFile content, boolean isMember, Deadline deadline) throws LimitException {
    String program = JsonContent.isObject(content) ? Programs.lambda(content) : null;
    return program == null ? Configurations.programOf(content, isMember, deadline) : program;
  }
}
