package dev.pt2st.convert.names;

import dev.pt2st.Place;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.pickle.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Chooses the root of a conversion: that of the user, or by the rules. */
public final class RootFinder {
  /** The keys under which people keep a model's tensors, in the order in which they are tried. */
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

  public RootFinder(TensorHolders holders) {
    this.holders = holders;
  }

  /**
   * The root of a checkpoint that an option asks for. Where its layout says what is the model, that
   * is what {@code auto} takes, and a path may lead from there.
   *
   * @param wanted {@code auto}, {@code all} or a path
   */
  public Root find(Checkpoint checkpoint, String wanted, Place place) throws UnsupportedException {
    Value model = checkpoint.model();
    if (model != null && holders.holds(model) && !wanted.equals(ConvertOptions.ALL_ROOT)) {
      Root root = new Root(KeyPath.TOP, model);
      Root found = wanted.equals(ConvertOptions.AUTO_ROOT) ? root : search(root, wanted);
      if (found != null) {
        return found;
      }
    }
    return find(checkpoint.top(), wanted, place);
  }

  /**
   * The root that an option asks for.
   *
   * @param wanted {@code auto}, {@code all} or a path
   */
  public Root find(Value top, String wanted, Place place) throws UnsupportedException {
    return switch (wanted) {
      case ConvertOptions.AUTO_ROOT -> automatic(top);
      case ConvertOptions.ALL_ROOT -> new Root(KeyPath.TOP, top);
      default -> named(top, wanted, place);
    };
  }

  private Root automatic(Value top) {
    Root root = new Root(KeyPath.TOP, top);
    Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    while (seen.add(root.value())) {
      Root deeper = below(root);
      if (deeper == null) {
        return root;
      }
      root = deeper;
    }
    // A container that leads back to itself: the walk below it will say so.
    return root;
  }

  private @Nullable Root below(Root root) {
    if (!(NamingNode.of(root.value()) instanceof NamingNode.Mapping mapping)) {
      return null;
    }
    for (NamingNode.Child child : mapping.children()) {
      if (TensorHolders.isTensor(child.value())) {
        return null;
      }
    }
    for (String key : ROOT_KEYS) {
      for (NamingNode.Child child : mapping.children()) {
        if (child.key() instanceof Value.Text text
            && text.value().equals(key)
            && holders.holds(child.value())
            && NamingNode.of(child.value()).isRoot()) {
          return new Root(root.path().child(key), child.value());
        }
      }
    }
    return null;
  }

  /** Keys may have dots themselves, so each way to cut the path into keys is tried. */
  private Root named(Value top, String wanted, Place place) throws UnsupportedException {
    Root found = search(new Root(KeyPath.TOP, top), wanted);
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
        Root next = new Root(step.root.path().child(key), child.value());
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
