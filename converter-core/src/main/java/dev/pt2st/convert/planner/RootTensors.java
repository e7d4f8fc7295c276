package dev.pt2st.convert.planner;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.RefusedGlobal;
import dev.pt2st.archive.Container;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.script.ScriptCode;
import dev.pt2st.convert.names.Flattener;
import dev.pt2st.convert.names.NamedTensor;
import dev.pt2st.convert.names.OutputNames;
import dev.pt2st.convert.names.Root;
import dev.pt2st.convert.names.RootFinder;
import dev.pt2st.convert.names.TensorHolders;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.pickle.Value;
import java.util.List;

/**
 * The named tensors of a checkpoint's root, and what was found while naming them. Planning and
 * reading both start from this.
 *
 * @param root the part that is taken
 * @param holders which values of the checkpoint hold tensors
 * @param named all tensors below the root
 * @param backReferences names of references in the root back to an enclosing container
 * @param naming which of them are taken, and under which names
 * @param inert globals that are not on the allowlist and were kept as inert records
 */
public record RootTensors(
    Root root,
    TensorHolders holders,
    List<NamedTensor> named,
    List<String> backReferences,
    OutputNames naming,
    List<RefusedGlobal> inert) {

  /**
   * Finds the root and names its tensors.
   *
   * @throws CheckpointException if the rules for globals or names refuse it, or there is no such
   *     root
   */
  public static RootTensors of(Checkpoint checkpoint, ConvertOptions options)
      throws CheckpointException {
    Place place = Place.of(checkpoint.container().file().name());
    if (checkpoint.container() instanceof Container.TorchScript script) {
      ScriptCode.checkWeights(script, options.read().limits());
    }
    Value model = checkpoint.model();
    TensorHolders holders =
        TensorHolders.in(
            model == null ? List.of(checkpoint.top()) : List.of(checkpoint.top(), model));
    Root root = new RootFinder(holders).find(checkpoint, options.root(), place);
    List<RefusedGlobal> inert =
        GlobalsCheck.check(checkpoint, root, options.read().policy().isStrict(), place);
    Flattener.Flat flat = Flattener.flatten(root, holders, options.read().limits(), place);
    List<NamedTensor> named = flat.tensors();
    return new RootTensors(
        root,
        holders,
        named,
        flat.backReferences(),
        OutputNames.of(named, root.path(), options.names(), place),
        inert);
  }
}
