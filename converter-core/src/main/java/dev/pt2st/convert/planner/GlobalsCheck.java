package dev.pt2st.convert.planner;

import dev.pt2st.GlobalStanding;
import dev.pt2st.GlobalUse;
import dev.pt2st.Place;
import dev.pt2st.ReadOptions;
import dev.pt2st.RefusedException;
import dev.pt2st.RefusedGlobal;
import dev.pt2st.Remedy;
import dev.pt2st.archive.Container;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.convert.names.NamingNode;
import dev.pt2st.convert.names.Root;
import dev.pt2st.convert.names.ValueGraph;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.torch.DangerousGlobals;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rule for globals that are not on the allowlist. One that is only named or instantiated
 * becomes an inert record, wherever it is. One that is called anywhere is refused, and so is one
 * that is known to run code, however it is used. Globals of another pickle in the same archive are
 * refused however they are used: that pickle is not part of the checkpoint, and a program that
 * reads it is not PyTorch.
 */
public final class GlobalsCheck {
  /** The most names in the message; the list after it has all of them. */
  private static final int MOST_NAMES = 10;

  private static final String SHARDED_TENSOR =
      "torch.distributed._shard.sharded_tensor.api.ShardedTensor";

  private GlobalsCheck() {}

  /**
   * Checks the globals of a checkpoint without a model, as a conversion would.
   *
   * @throws RefusedException if a global that is neither listed nor accepted is called, or, with
   *     the strict policy, named
   */
  public static void checkWithoutRoot(Checkpoint checkpoint, ReadOptions options)
      throws RefusedException {
    Place place = Place.of(checkpoint.container().file().name());
    check(checkpoint, null, options.policy().isStrict(), place);
  }

  /**
   * Checks the globals of a checkpoint against its root.
   *
   * @param root null if there is no model: then nothing is in it
   * @return the unlisted globals that are harmless, and those that the user accepted
   * @throws RefusedException if any global is refused; the message names all of them
   */
  public static List<RefusedGlobal> check(
      Checkpoint checkpoint, @Nullable Root root, boolean strict, Place place)
      throws RefusedException {
    List<GlobalValue> unlisted = new ArrayList<>();
    List<RefusedGlobal> inert = new ArrayList<>();
    for (GlobalValue global : checkpoint.globals()) {
      if (global.isListedAsCalled()) {
        continue;
      }
      switch (global.standing()) {
        case LISTED -> {}
        case ALLOWED -> inert.add(describe(global));
        case UNLISTED -> unlisted.add(global);
      }
    }
    List<RefusedGlobal> refused = new ArrayList<>();
    for (GlobalValue global : checkpoint.furtherGlobals()) {
      (global.standing() == GlobalStanding.UNLISTED ? refused : inert).add(describe(global));
    }
    if (unlisted.isEmpty() && refused.isEmpty()) {
      return inert;
    }
    // The C++ reader of TorchScript only knows the classes of the archive.
    Set<Value> inRoot =
        root != null && checkpoint.container() instanceof Container.TorchScript
            ? ValueGraph.reachable(root.value())
            : Set.of();
    for (GlobalValue global : unlisted) {
      boolean harmless =
          !strict
              && global.use() != GlobalUse.CALLED
              && DangerousGlobals.find(global) == null
              && !inRoot.contains(global);
      (harmless ? inert : refused).add(describe(global));
    }
    if (!refused.isEmpty()) {
      Set<RefusedGlobal> further = new HashSet<>();
      checkpoint.furtherGlobals().forEach(global -> further.add(describe(global)));
      throw refusal(checkpoint, root, refused, further, place);
    }
    return inert;
  }

  private static RefusedException refusal(
      Checkpoint checkpoint,
      @Nullable Root root,
      List<RefusedGlobal> refused,
      Set<RefusedGlobal> further,
      Place place) {
    List<RefusedGlobal> dangerous =
        refused.stream().filter(global -> !global.danger().isEmpty()).toList();
    Optional<String> shard = shardClass(checkpoint);
    if (shard.isPresent() && dangerous.stream().allMatch(GlobalsCheck::isHonest)) {
      return new RefusedException(
          place,
          "it holds one rank's part of tensors that are spread over several processes ("
              + shard.get()
              + ")",
          new Remedy.Advice(
              "gather the whole model first, as with get_model_state_dict(model,"
                  + " options=StateDictOptions(full_state_dict=True)) of"
                  + " torch.distributed.checkpoint.state_dict, and convert what torch.save writes of"
                  + " it; nothing was run here"),
          refused);
    }
    if (!dangerous.isEmpty()) {
      return dangerous(refused, dangerous, further, place);
    }
    List<String> names = refused.stream().map(RefusedGlobal::name).toList();
    String model = wholeModel(checkpoint, root, names);
    return new RefusedException(
        place,
        (model.isEmpty() ? "" : "this is a whole pickled model of class " + model)
            + (model.isEmpty() ? "" : ", not a state_dict: ")
            + (names.size() == 1 ? "the global " : "the globals ")
            + String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMES)))
            + (names.size() > MOST_NAMES ? " and " + (names.size() - MOST_NAMES) + " more" : "")
            + (names.size() == 1 ? " is" : " are")
            + " not on the allowlist",
        new Remedy.AcceptGlobals(names),
        refused);
  }

  /**
   * The class of tensors that are shards of others: torch/distributed/_shard/sharded_tensor/api.py.
   * In protocol 2 such a shard is pickled with a call of {@code getattr}, which looks up a nested
   * class.
   */
  private static Optional<String> shardClass(Checkpoint checkpoint) {
    return checkpoint.globals().stream()
        .map(GlobalValue::dottedName)
        .filter(SHARDED_TENSOR::equals)
        .findFirst();
  }

  /** The class of the module that is the root or the top, if it is among the names. */
  private static String wholeModel(Checkpoint checkpoint, @Nullable Root root, List<String> names) {
    for (Value value : root == null ? List.of(checkpoint.top()) : List.of(root.value())) {
      if (value instanceof ObjectValue object
          && NamingNode.of(object) instanceof NamingNode.Module
          && names.contains(object.typeName())) {
        return object.typeName();
      }
    }
    return "";
  }

  /**
   * The message says what loading the file would run, and suggests no way to accept it. A call
   * counts as an attack, unless honest files have such calls too, for example of {@code
   * functools.partial}.
   */
  private static RefusedException dangerous(
      List<RefusedGlobal> refused,
      List<RefusedGlobal> dangerous,
      Set<RefusedGlobal> further,
      Place place) {
    RefusedGlobal worst =
        dangerous.stream()
            .filter(global -> isCalled(global) && !isHonest(global))
            .findFirst()
            .or(() -> dangerous.stream().filter(GlobalsCheck::isCalled).findFirst())
            .orElse(dangerous.getFirst());
    String shown = worst.call().isEmpty() ? worst.name() : worst.call();
    String others =
        dangerous.size() == 1
            ? ""
            : ", and "
                + (dangerous.size() - 1)
                + (dangerous.size() == 2 ? " other name" : " other names")
                + " of such kinds";
    boolean attack = isCalled(worst) && !dangerous.stream().allMatch(GlobalsCheck::isHonest);
    if (attack) {
      return new RefusedException(
          place,
          toLoad(worst, further)
              + " would run "
              + shown
              + others
              + ": this is an attack, not a model",
          new Remedy.Attack(),
          refused);
    }
    String what =
        isCalled(worst)
            ? toLoad(worst, further) + " would call " + shown
            : "the file names " + worst.name() + " as a value";
    return new RefusedException(
        place,
        what + ", which " + worst.danger() + others,
        new Remedy.DoNotTrust(
            isHonest(worst)
                ? "load it only if you trust whoever made it, and convert what"
                    + " torch.save(model.state_dict(), ...) then writes; nothing was run here"
                : "do not load this file: no model has a use for that; nothing was run here"),
        refused);
  }

  private static String toLoad(RefusedGlobal global, Set<RefusedGlobal> further) {
    String entry = global.place().entry();
    return !further.contains(global)
        ? "to load this file"
        : "to load the pickle "
            + (entry == null
                ? "behind its end"
                : "\"" + entry + "\" in it, beside the checkpoint,");
  }

  private static boolean isCalled(RefusedGlobal global) {
    return global.use() == GlobalUse.CALLED;
  }

  private static boolean isHonest(RefusedGlobal global) {
    DangerousGlobals.Entry entry = DangerousGlobals.find(global.name());
    return entry != null && entry.honest();
  }

  private static RefusedGlobal describe(GlobalValue global) {
    DangerousGlobals.Entry danger = DangerousGlobals.find(global);
    return new RefusedGlobal(
        global.dottedName(),
        global.written().toString(),
        global.use(),
        global.place(),
        global.call(),
        danger == null ? "" : danger.why());
  }
}
