package dev.pt2st.convert.names;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.pickle.Value;
import dev.pt2st.pickle.ValueDescription;
import dev.pt2st.safetensors.format.HeaderWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** Names the tensors below a root: the keys on the way, joined by dots. */
public final class Flattener {
  public static final String BARE = "tensor";

  /** Twice the largest header that readers accept, since names of containers count too. */
  public static final long MAX_CHARACTERS = 2L * HeaderWriter.MAX_JSON_BYTES;

  private final TensorHolders holders;
  private final Limits limits;
  private final long mostNames;
  private final Place place;
  private final List<NamedTensor> found = new ArrayList<>();
  private final List<String> backReferences = new ArrayList<>();
  private long visits;
  private long characters;

  private Flattener(TensorHolders holders, Limits limits, Place place) {
    this.holders = holders;
    this.limits = limits;
    this.mostNames = limits.get(Limit.NAMES);
    this.place = place;
  }

  /**
   * The result of a walk.
   *
   * @param backReferences the names of references back to an enclosing container, which lead to no
   *     further tensors
   */
  public record Flat(List<NamedTensor> tensors, List<String> backReferences) {}

  /** A container on the way down, with its remaining children. */
  private record Frame(
      Value value, KeyPath path, String prefix, Iterator<NamingNode.Child> children) {}

  /**
   * Finds all tensors of a root, in the order of the file.
   *
   * @throws CheckpointException if a key cannot be part of a name, or a limit is passed
   */
  public static Flat flatten(Root root, TensorHolders holders, Limits limits, Place place)
      throws CheckpointException {
    Flattener flattener = new Flattener(holders, limits, place);
    flattener.walk(root);
    return new Flat(flattener.found, flattener.backReferences);
  }

  private void walk(Root start) throws CheckpointException {
    Value root = start.value();
    if (NamingNode.of(root) instanceof NamingNode.Tensor bare) {
      found.add(new NamedTensor(BARE, KeyPath.TOP, bare.tensor()));
      return;
    }
    ArrayDeque<Frame> open = new ArrayDeque<>();
    Set<Value> onTheWay = Collections.newSetFromMap(new IdentityHashMap<>());
    open.push(new Frame(root, KeyPath.TOP, "", start.children().iterator()));
    onTheWay.add(root);
    while (!open.isEmpty()) {
      Frame frame = open.peek();
      if (!frame.children.hasNext()) {
        onTheWay.remove(frame.value);
        open.pop();
        continue;
      }
      NamingNode.Child child = frame.children.next();
      // Counted before anything else: a shared container is walked again under each of its names.
      count();
      if (!holders.holds(child.value())) {
        continue;
      }
      String key = NamingNode.keyText(child.key());
      if (key == null) {
        throw new RefusedException(
            place,
            "a tensor is under a key that is "
                + ValueDescription.of(child.key())
                + ", which cannot be part of a name, in the container at \""
                + frame.path.name()
                + '"',
            new Remedy.ChooseSibling());
      }
      KeyPath path = frame.path.child(key, child.key());
      String name = frame.prefix.isEmpty() ? key : frame.prefix + key;
      characters += name.length();
      if (characters > MAX_CHARACTERS) {
        throw new UnsupportedException(
            place,
            "its names have more than "
                + MAX_CHARACTERS
                + " characters, more than any header takes",
            new Remedy.ConvertParts(Set.of()));
      }
      NamingNode node = NamingNode.of(child.value());
      if (node instanceof NamingNode.Tensor leaf) {
        found.add(new NamedTensor(name, path, leaf.tensor()));
      } else {
        if (!onTheWay.add(child.value())) {
          // A reference back to an enclosing container, where its tensors get their names.
          backReferences.add(name);
          continue;
        }
        if (open.size() >= limits.get(Limit.NESTING)) {
          throw new LimitException(
              place,
              Limit.NESTING,
              "its containers are nested deeper than " + limits.get(Limit.NESTING));
        }
        open.push(new Frame(child.value(), path, name + ".", node.named().iterator()));
      }
    }
  }

  private void count() throws LimitException {
    if (++visits > mostNames) {
      throw new LimitException(place, Limit.NAMES, "it gives more than " + mostNames + " names");
    }
  }
}
