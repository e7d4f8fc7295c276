package dev.pt2st.convert.planner;

import dev.pt2st.GlobalStanding;
import dev.pt2st.GlobalUse;
import dev.pt2st.Place;
import dev.pt2st.ReadOptions;
import dev.pt2st.RefusedException;
import dev.pt2st.RefusedGlobal;
import dev.pt2st.Remedy;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.convert.names.Root;
import dev.pt2st.convert.names.ValueGraph;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rule for globals that are not on the list: refused, but for one that is reached only outside
 * the root and there is only named or instantiated, never called. No list of bad names plays a
 * part. What another pickle of the same archive names is refused however it is used there: it is no
 * part of the checkpoint, and whatever reads it is not PyTorch.
 */
public final class GlobalsCheck {
  /** Names in the sentence; the list behind it has all of them. */
  private static final int MOST_NAMES = 10;

  private GlobalsCheck() {}

  /**
   * Checks the globals of a checkpoint that holds no model, as a conversion would check them.
   *
   * @throws RefusedException if one is called that is neither listed nor accepted; with the strict
   *     policy, if one is named
   */
  public static void checkWithoutRoot(Checkpoint checkpoint, ReadOptions options)
      throws RefusedException {
    Place place = Place.of(checkpoint.container().file().name());
    check(checkpoint, null, options.policy().isStrict(), place);
  }

  /**
   * Checks the globals of a checkpoint against its root.
   *
   * @param root null where there is no model: then nothing is within it
   * @return the unlisted ones that do no harm, and those that the user accepted
   * @throws RefusedException naming every one that is refused
   */
  public static List<RefusedGlobal> check(
      Checkpoint checkpoint, @Nullable Root root, boolean strict, Place place)
      throws RefusedException {
    List<GlobalValue> unlisted = new ArrayList<>();
    List<RefusedGlobal> inert = new ArrayList<>();
    for (GlobalValue global : checkpoint.globals()) {
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
    Set<Value> inRoot = root == null ? Set.of() : ValueGraph.reachable(root.value());
    for (GlobalValue global : unlisted) {
      boolean harmless = !strict && global.use() != GlobalUse.CALLED && !inRoot.contains(global);
      (harmless ? inert : refused).add(describe(global));
    }
    if (!refused.isEmpty()) {
      List<String> names = refused.stream().map(RefusedGlobal::name).toList();
      throw new RefusedException(
          place,
          (names.size() == 1 ? "the global " : "the globals ")
              + String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMES)))
              + (names.size() > MOST_NAMES ? " and " + (names.size() - MOST_NAMES) + " more" : "")
              + (names.size() == 1 ? " is" : " are")
              + " not on the allowlist",
          new Remedy.AcceptGlobals(names),
          refused);
    }
    return inert;
  }

  private static RefusedGlobal describe(GlobalValue global) {
    return new RefusedGlobal(
        global.dottedName(), global.written().toString(), global.use(), global.place());
  }
}
