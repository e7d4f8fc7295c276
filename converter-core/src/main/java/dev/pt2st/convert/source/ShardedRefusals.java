package dev.pt2st.convert.source;

import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.ResourceName;
import dev.pt2st.checkpoint.sharded.FolderCheckpoint;
import dev.pt2st.checkpoint.sharded.FolderKind;
import java.io.IOException;
import java.nio.file.Path;

/** What of a checkpoint of several processes is not converted, and what to do instead. */
final class ShardedRefusals {
  private static final String ITEMS = ".distcp";

  private ShardedRefusals() {}

  /** The refusal of a folder of a kind that is only recognised. */
  static RefusedException of(FolderCheckpoint folder) {
    return new RefusedException(
        Place.of(ResourceName.of(folder.folder())),
        "this folder is " + folder.kind().shown() + ", which is not converted",
        new Remedy.Advice(folder.kind().tool()));
  }

  /** The refusal of one shard whose name does not tell. */
  static RefusedException shardAlone(ResourceName file) {
    return new RefusedException(
        Place.of(file),
        "this file is one shard of fairscale's FSDP: of each parameter it holds a part",
        new Remedy.Advice(
            "put all its shards into a folder, under the names NAME-shard0.pt, NAME-shard1.pt and so"
                + " on, and convert the folder"));
  }

  /**
   * Refuses a file of items alone: which tensors they belong to stands in {@code .metadata}.
   *
   * @throws IOException if the folder around it cannot be read
   */
  static void checkAlone(Path file) throws RefusedException, IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (!String.valueOf(file.getFileName()).endsWith(ITEMS) || folder == null) {
      return;
    }
    boolean isWhole =
        FolderCheckpoint.in(folder).filter(found -> found.kind() == FolderKind.DCP).isPresent();
    if (isWhole) {
      throw new RefusedException(
          Place.of(ResourceName.of(file)),
          "this file is a part of a distributed checkpoint, and no checkpoint of its own",
          new Remedy.Advice("convert the folder that it is in"));
    }
  }
}
