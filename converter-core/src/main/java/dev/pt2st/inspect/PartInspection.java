package dev.pt2st.inspect;

import dev.pt2st.CheckpointException;
import dev.pt2st.ReadOptions;
import dev.pt2st.ResourceName;
import dev.pt2st.checkpoint.sharded.folder.FolderPart;
import dev.pt2st.io.Input;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Inspects one part of a checkpoint of several processes, and notes what it belongs to. */
final class PartInspection {
  /** The extension of files with many items, each of which is a complete checkpoint file. */
  private static final String ITEMS = ".distcp";

  private PartInspection() {}

  /**
   * Inspects a part.
   *
   * @throws IOException if it cannot be read
   */
  static Inspection of(FolderPart part, ReadOptions options)
      throws CheckpointException, IOException {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("part of", part.folder() + ", " + part.whole().kind().shown()));
    if (String.valueOf(part.file().getFileName()).endsWith(ITEMS)) {
      return Inspection.ofTensors(
          ResourceName.of(part.file()),
          Files.size(part.file()),
          "items of a distributed checkpoint",
          facts,
          List.of(),
          0,
          Map.of(),
          part.refusal());
    }
    return Inspector.inspectFile(Input.of(part.file()), options).withFacts(facts);
  }
}
