package dev.pt2st.torch.value;

import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.DomainValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A tensor, a parameter, a buffer or a numeric NumPy array. */
public final class TensorValue implements DomainValue {

  /** What a DTensor or a ShardedTensor is, in words. */
  public static final String RANK_PART =
      "one rank's part of a tensor that is spread over several processes";

  /** What a tensor's elements are. */
  public sealed interface Content
      permits Strided, ShardedContent, QuantizedContent, SparseContent, NestedContent, Other {
    /** Everything in storages that it is made of; empty if that is not known. */
    List<TensorView> views();
  }

  /** Elements in a storage. */
  public record Strided(TensorView view) implements Content {
    @Override
    public List<TensorView> views() {
      return List.of(view);
    }
  }

  /**
   * A tensor that cannot be converted.
   *
   * @param what in words: "a sparse tensor (COO)"
   * @param shape its sizes, where known
   * @param dtype of its elements, where known
   * @param components the tensors that it is made of
   */
  public record Other(
      String what, @Nullable Shape shape, @Nullable DType dtype, List<Value> components)
      implements Content {
    public Other {
      components = List.copyOf(components);
    }

    @Override
    public List<TensorView> views() {
      return List.of();
    }
  }

  private Content content;
  private List<Value> parts = List.of();
  private @Nullable Value attributes;

  public TensorValue(Content content) {
    this.content = content;
  }

  /**
   * A tensor of a class of the time before rebuild functions: empty until BUILD gives its state.
   */
  public static TensorValue unset() {
    return new TensorValue(new Other("a tensor without content", null, null, List.of()));
  }

  public Content content() {
    return content;
  }

  /** Adds a value that belongs to it: its Python attributes, its class, its hooks. */
  public TensorValue with(Value part) {
    if (parts.isEmpty()) {
      // Nearly all have one, their storage's class.
      parts = List.of(part);
      return this;
    }
    if (!(parts instanceof ArrayList)) {
      parts = new ArrayList<>(parts);
    }
    parts.add(part);
    return this;
  }

  /** Adds all values of a list that is never changed. */
  public TensorValue withAll(List<Value> more) {
    if (parts.isEmpty()) {
      parts = more; // nearly all tensors have the same, their storage's class
    } else {
      more.forEach(this::with);
    }
    return this;
  }

  /** Adds the state of a Python object: a dict of attributes, or what stands for one. */
  public TensorValue withAttributes(Value state) {
    boolean isEmpty =
        state instanceof Value.None || (state instanceof DictValue dict && dict.size() == 0);
    attributes = isEmpty ? null : state;
    return with(state);
  }

  /** Its Python attributes; null if there are none. */
  public @Nullable Value attributes() {
    return attributes;
  }

  /** Takes the content of another. */
  public void become(TensorValue other) {
    content = other.content;
  }

  /** Another tensor of the same content. */
  public TensorValue alias() {
    TensorValue alias = new TensorValue(content);
    parts.forEach(alias::with);
    return alias;
  }

  @Override
  public List<Value> parts() {
    if (content instanceof Other other && !other.components.isEmpty()) {
      List<Value> all = new ArrayList<>(parts);
      all.addAll(other.components);
      return all;
    }
    return parts;
  }

  /**
   * The states that {@code Tensor.__setstate__} of {@code torch/_tensor.py} takes: four values are
   * a storage with its view, five are a {@code Variable} around a tensor, three say nothing of
   * data.
   */
  @Override
  public boolean takeState(Value state) {
    if (state instanceof Value.Int) {
      // The number of a tensor in the table of a TorchScript archive; Tensor refuses it.
      with(state);
      return true;
    }
    if (!(state instanceof TupleValue tuple)) {
      return false;
    }
    List<Value> items = tuple.items();
    switch (items.size()) {
      case 3 -> {}
      case 4 -> {
        TensorView view =
            items.getFirst() instanceof StorageValue storage
                ? Views.of(storage, items.get(1), items.get(2), items.get(3))
                : null;
        if (view == null) {
          return false;
        }
        content = new Strided(view);
      }
      case 5 -> {
        if (!(items.getFirst() instanceof TensorValue data)) {
          return false;
        }
        content = data.content;
      }
      default -> {
        return false;
      }
    }
    with(state);
    return true;
  }
}
