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

  /** The description of a DTensor or a ShardedTensor in messages. */
  public static final String RANK_PART =
      "one rank's part of a tensor that is spread over several processes";

  /** The elements of a tensor, in the form of its layout. */
  public sealed interface Content
      permits Strided, ShardedContent, QuantizedContent, SparseContent, NestedContent, Other {
    /** Views of all storages that it uses; empty if they are not known. */
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
   * @param shape its sizes, if known
   * @param dtype the element type, if known
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

  /** A tensor of an old class from before rebuild functions: empty until BUILD sets its state. */
  public static TensorValue unset() {
    return new TensorValue(new Other("a tensor without content", null, null, List.of()));
  }

  public Content content() {
    return content;
  }

  /** Adds a value that belongs to it, such as its class or its hooks. */
  public TensorValue with(Value part) {
    if (parts.isEmpty()) {
      // Nearly all tensors have one such value, their storage's class.
      parts = List.of(part);
      return this;
    }
    if (!(parts instanceof ArrayList)) {
      parts = new ArrayList<>(parts);
    }
    parts.add(part);
    return this;
  }

  /** Adds all values of a list that never changes. */
  public TensorValue withAll(List<Value> more) {
    if (parts.isEmpty()) {
      parts = more; // shared: nearly all tensors have the same list, with their storage's class
    } else {
      more.forEach(this::with);
    }
    return this;
  }

  /** Adds the state of a Python object: a dict of attributes, or another form of it. */
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

  /** Takes over the content of another tensor. */
  public void become(TensorValue other) {
    content = other.content;
  }

  /** Another tensor with the same content. */
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
   * Sets a state as {@code Tensor.__setstate__} of {@code torch/_tensor.py} does. Four values are a
   * storage with its view, five are a {@code Variable} around a tensor, and three have no data.
   */
  @Override
  public boolean takeState(Value state) {
    if (state instanceof Value.Int) {
      // A number is an index in the tensor table of a TorchScript archive; Python's Tensor refuses
      // it.
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
