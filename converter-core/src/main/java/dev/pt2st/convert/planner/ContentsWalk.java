package dev.pt2st.convert.planner;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.convert.names.Flattener;
import dev.pt2st.convert.names.KeyPath;
import dev.pt2st.convert.names.NamingNode;
import dev.pt2st.convert.names.Root;
import dev.pt2st.convert.names.RootFinder;
import dev.pt2st.convert.names.TensorHolders;
import dev.pt2st.convert.names.TrainingParts;
import dev.pt2st.convert.names.ValueGraph;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.RootPart;
import dev.pt2st.convert.plan.RootRule;
import dev.pt2st.convert.planner.Contents.Item;
import dev.pt2st.convert.planner.Contents.Plain;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.TensorValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The walk that makes {@link Contents}. It uses the names of a conversion, but notes a remark and
 * goes on where a conversion would refuse.
 */
final class ContentsWalk {
  /** The most values that are listed; further ones are only counted. */
  private static final int MOST_VALUES = 10_000;

  private static final String BESIDE_MODEL =
      "no part of the model's state, only of the root \"all\"";
  private static final String NOT_PERSISTENT = "not in the module's state_dict()";

  private final Checkpoint checkpoint;
  private final Limits limits;
  private final Place place;
  private final TensorHolders holders;
  private final Root root;
  private final List<String> rootKeys;
  private final TrainingParts training;

  /** The model that the layout defines, if it holds a tensor; everything else is outside of it. */
  private final @Nullable Value model;

  private final List<Counter> counters = new ArrayList<>();
  private final List<Item> tensors = new ArrayList<>();
  private final List<Plain> values = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Set<TensorValue> named = Collections.newSetFromMap(new IdentityHashMap<>());
  private long moreValues;
  private long visits;
  private long characters;

  ContentsWalk(Checkpoint checkpoint, Limits limits) throws CheckpointException {
    this.checkpoint = checkpoint;
    this.limits = limits;
    this.place = Place.of(checkpoint.container().file().name());
    Value said = checkpoint.model();
    this.holders =
        TensorHolders.in(
            said == null ? List.of(checkpoint.top()) : List.of(checkpoint.top(), said));
    this.model = said != null && holders.holds(said) ? said : null;
    // If the layout defines the model, it is a part of the top value.
    this.root =
        model == null
            ? new RootFinder(holders).find(checkpoint, ConvertOptions.AUTO_ROOT, place)
            : new Root(KeyPath.TOP, checkpoint.top(), RootRule.LAYOUT, Set.of());
    this.rootKeys = root.path().keys();
    this.training = new TrainingParts(holders);
  }

  /** Counts the tensors of a part that could be a root, and of the parts that enclose it. */
  private static final class Counter {
    private final @Nullable Counter outer;
    private final String path;
    private final boolean automatic;
    private long tensors;
    private long bytes;

    Counter(@Nullable Counter outer, String path, boolean automatic) {
      this.outer = outer;
      this.path = path;
      this.automatic = automatic;
    }

    void add(long tensorBytes) {
      for (Counter at = this; at != null; at = at.outer) {
        at.tensors++;
        at.bytes += tensorBytes;
      }
    }
  }

  /** A value in a container, with the reason why a conversion would not write it. */
  private record Child(Value key, Value value, String remark) {}

  /**
   * A container on the way down.
   *
   * @param inModel the value at the same path in the model that the layout defines; null if there
   *     is none
   * @param towardsRoot how many keys of the path to the automatic root lead here; -1 if it is not
   *     on that path
   * @param whole counts what the automatic root leaves out of this container; otherwise the same
   *     counter
   * @param showsParts whether its children could be roots too
   */
  private record Frame(
      Value value,
      @Nullable Value inModel,
      String prefix,
      int towardsRoot,
      Counter counter,
      Counter whole,
      boolean showsParts,
      String remark,
      Iterator<Child> children) {}

  Contents walk() throws CheckpointException {
    Value top = checkpoint.top();
    Counter whole = root.without().isEmpty() || !rootKeys.isEmpty() ? null : counter(null, "", -1);
    Counter all = counter(whole, "", 0);
    if (NamingNode.of(top) instanceof NamingNode.Tensor bare) {
      add(Flattener.BARE, bare.tensor(), "", all);
    } else if (NamingNode.of(top) instanceof NamingNode.Leaf) {
      values.add(new Plain("", top));
    } else {
      walk(frame(top, model, "", 0, all, whole, showsParts(top, 0), ""));
    }
    List<RootPart> roots =
        counters.stream()
            .map(part -> new RootPart(part.path, part.automatic, part.tensors, part.bytes))
            .toList();
    return new Contents(roots, tensors, values, moreValues, unnamed());
  }

  /** A tensor that wraps another, as a parameter wraps its data, shares its name. */
  private long unnamed() {
    if (named.size() >= checkpoint.tensors()) {
      return 0;
    }
    long[] count = new long[1];
    Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    ValueGraph.addReachable(
        checkpoint.top(),
        seen,
        part -> {
          TensorValue tensor = LeftOutFinder.tensorOf(part);
          if (tensor != null && !named.contains(tensor)) {
            count[0]++;
          }
        });
    return count[0];
  }

  private Counter counter(@Nullable Counter outer, String path, int depth) {
    Counter counter = new Counter(outer, path, depth == rootKeys.size());
    counters.add(counter);
    return counter;
  }

  private void walk(Frame top) throws CheckpointException {
    ArrayDeque<Frame> open = new ArrayDeque<>();
    Set<Value> onTheWay = Collections.newSetFromMap(new IdentityHashMap<>());
    open.push(top);
    onTheWay.add(top.value);
    while (!open.isEmpty()) {
      Frame frame = open.peek();
      if (!frame.children.hasNext()) {
        onTheWay.remove(frame.value);
        open.pop();
        continue;
      }
      Frame below = child(frame, frame.children.next(), onTheWay);
      if (below != null) {
        if (open.size() >= limits.get(Limit.NESTING)) {
          throw new LimitException(
              place,
              Limit.NESTING,
              "its containers are nested deeper than " + limits.get(Limit.NESTING));
        }
        onTheWay.add(below.value);
        open.push(below);
      }
    }
  }

  /** Visits a value in a container; returns the container to walk next, or null. */
  private @Nullable Frame child(Frame frame, Child child, Set<Value> onTheWay)
      throws LimitException {
    if (++visits > limits.get(Limit.NAMES)) {
      throw new LimitException(
          place, Limit.NAMES, "it gives more than " + limits.get(Limit.NAMES) + " names");
    }
    if (!holders.holds(child.value) || onTheWay.contains(child.value)) {
      keep(frame, child);
      return null;
    }
    String name = nameOf(frame, child);
    String remark = frame.remark.isEmpty() ? child.remark : frame.remark;
    Value inModel = inModel(frame, child);
    if (remark.isEmpty() && model != null && inModel == null) {
      remark = BESIDE_MODEL;
    }
    boolean atRoot = frame.towardsRoot == rootKeys.size();
    Counter outer = atRoot && root.without().contains(child.value) ? frame.whole : frame.counter;
    int towardsRoot = -1;
    if (frame.towardsRoot >= 0
        && !atRoot
        && rootKeys.get(frame.towardsRoot).equals(NamingNode.keyText(child.key))) {
      towardsRoot = frame.towardsRoot + 1;
    }
    NamingNode node = NamingNode.of(child.value);
    if (node instanceof NamingNode.Tensor leaf) {
      add(name, leaf.tensor(), remark, outer);
      return null;
    }
    Counter whole = null;
    Counter counter = outer;
    if (node.isRoot() && frame.showsParts) {
      if (towardsRoot == rootKeys.size() && !root.without().isEmpty()) {
        whole = counter(outer, name, -1);
      }
      counter = counter(whole == null ? outer : whole, name, towardsRoot);
    }
    boolean showsParts = frame.showsParts && showsParts(child.value, towardsRoot);
    return frame(child.value, inModel, name + ".", towardsRoot, counter, whole, showsParts, remark);
  }

  private Frame frame(
      Value value,
      @Nullable Value inModel,
      String prefix,
      int towardsRoot,
      Counter counter,
      @Nullable Counter whole,
      boolean showsParts,
      String remark) {
    return new Frame(
        value,
        inModel,
        prefix,
        towardsRoot,
        counter,
        whole == null ? counter : whole,
        showsParts,
        remark,
        childrenOf(value).iterator());
  }

  /**
   * Whether the children of a container could be roots too. Those of a state dict, which are
   * layers, and those of training state cannot.
   *
   * @param towardsRoot how many keys of the path to the automatic root lead to it; -1 if it is not
   *     on that path
   */
  private boolean showsParts(Value container, int towardsRoot) {
    if (model != null) {
      return false;
    }
    if (towardsRoot >= 0 && (towardsRoot < rootKeys.size() || rootKeys.isEmpty())) {
      return !(NamingNode.of(container) instanceof NamingNode.Module);
    }
    return switch (NamingNode.of(container)) {
      case NamingNode.Mapping(List<NamingNode.Child> items) ->
          items.stream().noneMatch(item -> TensorHolders.isTensor(item.value()))
              && !training.contains(container);
      case NamingNode.Sequence sequence -> !training.contains(container);
      case NamingNode.Module module -> false;
      case NamingNode.Tensor tensor -> false;
      case NamingNode.Leaf leaf -> false;
    };
  }

  private static @Nullable Value inModel(Frame frame, Child child) {
    if (frame.value.equals(frame.inModel)) {
      return child.value;
    }
    String key = NamingNode.keyText(child.key);
    return frame.inModel instanceof DictValue dict && key != null ? dict.get(key) : null;
  }

  private String nameOf(Frame frame, Child child) throws LimitException {
    String name = frame.prefix + NamingNode.keyLabel(child.key);
    characters += name.length();
    if (characters > Flattener.MAX_CHARACTERS) {
      throw new LimitException(
          place,
          Limit.NAMES,
          "its names have more than " + Flattener.MAX_CHARACTERS + " characters");
    }
    return name;
  }

  private void keep(Frame frame, Child child) throws LimitException {
    if (values.size() < MOST_VALUES) {
      values.add(new Plain(nameOf(frame, child), child.value));
    } else {
      moreValues++;
    }
  }

  private void add(String name, TensorValue tensor, String remark, Counter counter) {
    named.add(tensor);
    String why = remark;
    if (!names.add(name)) {
      why = "another tensor has this name";
    } else if (tensor.content() instanceof TensorValue.Strided(TensorView view)
        && view.storage().source() == null) {
      why = view.storage().whyMissing();
    }
    Item item = new Item(name, tensor, why);
    if (why.isEmpty()) {
      counter.add(item.bytes());
    }
    tensors.add(item);
  }

  /**
   * The children of a value, including the buffers that a module's {@code state_dict()} leaves out.
   */
  private static List<Child> childrenOf(Value value) {
    NamingNode node = NamingNode.of(value);
    List<Child> children = new ArrayList<>(node.named().size());
    for (NamingNode.Child child : node.named()) {
      children.add(new Child(child.key(), child.value(), noName(child.key())));
    }
    if (node instanceof NamingNode.Module module) {
      for (NamingNode.Child child : module.leftOut()) {
        children.add(new Child(child.key(), child.value(), NOT_PERSISTENT));
      }
    }
    return children;
  }

  private static String noName(Value key) {
    return NamingNode.keyText(key) == null ? "its key gives no name" : "";
  }
}
