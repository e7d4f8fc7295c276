package dev.pt2st.checkpoint.sharded;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.sharded.FairscaleMetadata.FlatParameter;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.Value;

/** A file that is one shard of fairscale's FSDP, whatever it is called. */
public final class FairscaleShard {
  private FairscaleShard() {}

  /**
   * Whether there is a flat tensor in a checkpoint's state dict of which its metadata say that it
   * is made of other parameters. What is put together already has the same metadata, and no such
   * tensor.
   */
  public static boolean is(Checkpoint checkpoint) {
    if (!(checkpoint.top() instanceof DictValue top)
        || !(top.get(FairscaleReader.MODEL) instanceof DictValue model)) {
      return false;
    }
    Value metadata = FairscaleMetadata.in(top);
    if (metadata == null) {
      return false;
    }
    try {
      Place place = Place.of(checkpoint.container().file().name());
      for (FlatParameter flat : FairscaleMetadata.of(metadata, place).parameters()) {
        boolean isOne = flat.parts().size() == 1 && flat.parts().getFirst().name().equals(flat.key());
        if (!isOne && model.get(new Value.Text(flat.key())) != null) {
          return true;
        }
      }
      return false;
    } catch (CheckpointException e) {
      return true; // it has such metadata, and they leave something open
    }
  }
}
