package dev.pt2st.cli.work;

import dev.pt2st.ByteCount;
import dev.pt2st.ResourceName;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.io.AtomicOutput;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Checks for converting a remote file. */
public final class RoomCheck {
  private RoomCheck() {}

  /**
   * Checks the room on the disk before any tensor is fetched. Fetched data is stored next to the
   * output, so both need room.
   */
  public static void checkRoom(ResourceName input, Plan plan, Path output) throws IOException {
    Path folder = AtomicOutput.directoryOf(output);
    long room = Files.getFileStore(folder).getUsableSpace();
    long most = Long.MAX_VALUE / 2; // a header may state any size
    long needed = Math.min(most, plan.dataBytes()) + Math.min(most, plan.fileBytes());
    if (needed > room) {
      throw new FileSystemException(
          folder.toString(),
          null,
          "to convert "
              + input
              + " it takes room for "
              + ByteCount.shown(needed)
              + ", for the tensors that are fetched and for the output, and there is room for "
              + ByteCount.shown(room)
              + "; make room, or name an output on another disk");
    }
  }
}
