package dev.pt2st.convert.source;

import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.ResourceName;
import dev.pt2st.checkpoint.sharded.folder.FolderCheckpoint;

/** Refusals of checkpoints of several processes, with what to do instead. */
final class ShardedRefusals {
  private ShardedRefusals() {}

  /** The refusal of a folder whose kind is recognised but not supported. */
  static RefusedException of(FolderCheckpoint folder) {
    return new RefusedException(
        Place.of(ResourceName.of(folder.folder())),
        "this folder is " + folder.kind().shown() + ", which is not converted",
        new Remedy.Advice(folder.kind().tool()));
  }
}
