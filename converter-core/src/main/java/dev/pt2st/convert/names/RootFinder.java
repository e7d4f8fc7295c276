package dev.pt2st.convert.names;

import dev.pt2st.Place;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.Container;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.RootRule;
import dev.pt2st.pickle.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Chooses the root of a conversion, as the user or the rules say. */
public final class RootFinder {
  /** The keys under which models are usually saved, in the order in which they are tried. */
  public static final List<String> ROOT_KEYS =
      List.of(
          "state_dict",
          "model_state_dict",
          "model_state",
          "model",
          "module",
          "params_ema",
          "params",
          "net",
          "network",
          "ema",
          "weights",
          "generator");

  private final TensorHolders holders;
  private final TrainingParts training;

  public RootFinder(TensorHolders holders) {
    this.holders = holders;
    this.training = new TrainingParts(holders);
  }

  /**
   * Finds the root of a checkpoint that an option asks for. If the layout defines the model, {@code
   * auto} takes that, and paths may begin there.
   *
   * @param wanted {@code auto}, {@code all} or a path
   */
  public Root find(Checkpoint checkpoint, String wanted, Place place) throws UnsupportedException {
    Value model = checkpoint.model();
    boolean isScript =
        switch (checkpoint.container()) {
          case Container.TorchScript script -> true;
          case Container.LegacyTorchScript script -> true;
          default -> model != null;
        };
    if (isScript
        && (model == null || !holders.holds(model))
        && wanted.equals(ConvertOptions.AUTO_ROOT)) {
      // There are no parameters, so only the constants of its code are left.
      return new Root(KeyPath.TOP, checkpoint.top(), RootRule.WHOLE);
    }
    if (model != null && holders.holds(model) && !wanted.equals(ConvertOptions.ALL_ROOT)) {
      Root root = new Root(KeyPath.TOP, model, RootRule.LAYOUT);
      Root found = wanted.equals(ConvertOptions.AUTO_ROOT) ? root : search(root, wanted);
      if (found != null) {
        return found;
      }
    }
    return find(checkpoint.top(), wanted, place);
  }

  /**
   * Finds the root that an option asks for.
   *
   * @param wanted {@code auto}, {@code all} or a path
   */
  public Root find(Value top, String wanted, Place place) throws UnsupportedException {
    return switch (wanted) {
      case ConvertOptions.AUTO_ROOT -> automatic(top);
      case ConvertOptions.ALL_ROOT -> new Root(KeyPath.TOP, top, RootRule.EVERYTHING);
      default -> named(top, wanted, place);
    };
  }

  private Root automatic(Value top) {
    Root root = new Root(KeyPath.TOP, top, RootRule.WHOLE);
    Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    while (seen.add(root.value())) {
      NamingNode node = NamingNode.of(root.value());
      Root deeper =
          node instanceof NamingNode.Mapping mapping ? below(root, mapping.children()) : null;
      if (deeper == null) {
        return settled(root, node);
      }
      root = deeper;
    }
    // A container that contains itself: the walk below it skips enclosing containers.
    return root;
  }

  /** The part of a mapping that is the model; null if there is none. */
  private @Nullable Root below(Root root, List<NamingNode.Child> items) {
    long direct = items.stream().filter(item -> TensorHolders.isTensor(item.value())).count();
    NamingNode.Child known = underKnownKey(items, direct);
    if (known != null) {
      return part(root, known, RootRule.KNOWN_KEY);
    }
    if (direct > 0 || items.size() < 2 || training.contains(root.value())) {
      return null;
    }
    NamingNode.Child only = null;
    for (NamingNode.Child item : items) {
      if (isPart(item.value()) && !training.contains(item.value())) {
        if (only != null) {
          return null;
        }
        only = item;
      }
    }
    return only != null && NamingNode.keyText(only.key()) != null && isStateDict(only.value())
        ? part(root, only, RootRule.ONLY_PART)
        : null;
  }

  private static Root part(Root root, NamingNode.Child item, RootRule rule) {
    String key = String.valueOf(NamingNode.keyText(item.key()));
    return new Root(root.path().child(key, item.key()), item.value(), rule);
  }

  private NamingNode.@Nullable Child underKnownKey(List<NamingNode.Child> items, long direct) {
    NamingNode.Child best = null;
    int bestRank = ROOT_KEYS.size();
    for (NamingNode.Child item : items) {
      int rank = item.key() instanceof Value.Text text ? ROOT_KEYS.indexOf(text.value()) : -1;
      if (rank >= 0
          && rank < bestRank
          && isPart(item.value())
          && !training.contains(item.value())
          && holders.holdMoreThan(item.value(), direct)) {
        best = item;
        bestRank = rank;
      }
    }
    return best;
  }

  private boolean isPart(Value value) {
    return holders.holds(value) && NamingNode.of(value).isRoot();
  }

  /** Whether a part is a module, or a mapping in which the model can be recognised. */
  private boolean isStateDict(Value part) {
    return switch (NamingNode.of(part)) {
      case NamingNode.Module module -> true;
      case NamingNode.Mapping(List<NamingNode.Child> items) ->
          items.stream().anyMatch(item -> TensorHolders.isTensor(item.value()))
              || underKnownKey(items, 0) != null;
      case NamingNode.Sequence sequence -> false;
      case NamingNode.Tensor tensor -> false;
      case NamingNode.Leaf leaf -> false;
    };
  }

  /** The final root, without its training state, and with the most specific rule. */
  private Root settled(Root root, NamingNode node) {
    if (node instanceof NamingNode.Module || node.named().isEmpty()) {
      return root.rule() == RootRule.WHOLE && node instanceof NamingNode.Module
          ? new Root(root.path(), root.value(), RootRule.MODULE)
          : root;
    }
    boolean isMapping = node instanceof NamingNode.Mapping;
    boolean direct = false;
    Set<Value> without = Collections.newSetFromMap(new IdentityHashMap<>());
    if (training.contains(root.value())) {
      return new Root(root.path(), root.value(), RootRule.TRAINING_STATE);
    }
    for (NamingNode.Child item : node.named()) {
      if (TensorHolders.isTensor(item.value())) {
        direct = true;
      } else if (holders.holds(item.value()) && training.contains(item.value())) {
        without.add(item.value());
      }
    }
    RootRule rule = root.rule();
    if (rule == RootRule.WHOLE && isMapping) {
      rule = direct ? RootRule.TENSORS : RootRule.SEVERAL_PARTS;
    }
    return new Root(root.path(), root.value(), rule, without);
  }

  /** Keys may contain dots, so every way to split the path into keys is tried. */
  private Root named(Value top, String wanted, Place place) throws UnsupportedException {
    Root start = new Root(KeyPath.TOP, top, RootRule.WHOLE);
    Root found = search(start, wanted);
    if (found == null && wanted.startsWith("[")) {
      found = bySubscripts(start, wanted);
    }
    if (found == null) {
      throw new UnsupportedException(
          place,
          "there is nothing at the root \"" + wanted + "\"",
          new Remedy.NameOneOf("at the top there are", keysOf(top), 0));
    }
    return found;
  }

  private static @Nullable Root search(Root from, String rest) {
    record Step(Root root, String rest) {}
    List<Step> open = new ArrayList<>(List.of(new Step(from, rest)));
    while (!open.isEmpty()) {
      Step step = open.removeLast();
      for (NamingNode.Child child : NamingNode.of(step.root.value()).named()) {
        String key = NamingNode.keyText(child.key());
        if (key == null) {
          continue;
        }
        Root next =
            new Root(step.root.path().child(key, child.key()), child.value(), RootRule.CHOSEN);
        if (step.rest.equals(key)) {
          return next;
        }
        if (step.rest.startsWith(key + ".")) {
          open.add(new Step(next, step.rest.substring(key.length() + 1)));
        }
      }
    }
    return null;
  }

  /** The value at a path of Python subscripts, such as {@code ["a"][0]}. */
  private static @Nullable Root bySubscripts(Root from, String wanted) {
    List<Root> open = new ArrayList<>(List.of(from));
    while (!open.isEmpty()) {
      Root at = open.removeLast();
      for (NamingNode.Child child : NamingNode.of(at.value()).named()) {
        String key = NamingNode.keyText(child.key());
        if (key == null) {
          continue;
        }
        KeyPath path = at.path().child(key, child.key());
        String subscripts = path.subscripts();
        Root next = new Root(path, child.value(), RootRule.CHOSEN);
        if (wanted.equals(subscripts)) {
          return next;
        }
        if (wanted.startsWith(subscripts)) {
          open.add(next);
        }
      }
    }
    return null;
  }

  private static List<String> keysOf(Value top) {
    List<String> keys = new ArrayList<>();
    for (NamingNode.Child child : NamingNode.of(top).named()) {
      String key = NamingNode.keyText(child.key());
      if (key != null && keys.size() < 20) {
        keys.add(key);
      }
    }
    return keys;
  }
}
