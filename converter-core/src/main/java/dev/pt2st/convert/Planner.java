package dev.pt2st.convert;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.RefusedGlobal;
import dev.pt2st.UnsupportedException;
import dev.pt2st.convert.Plan.Skipped;
import dev.pt2st.pickle.Value;
import dev.pt2st.safetensors.Utf8Order;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.TensorView;
import dev.pt2st.torch.Checkpoint;
import dev.pt2st.torch.NestedContent;
import dev.pt2st.torch.QuantizedContent;
import dev.pt2st.torch.SparseContent;
import dev.pt2st.torch.TensorValue;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Turns a checkpoint into a {@link Plan} by the rules of a conversion. */
final class Planner {
  private static final int MOST_NAMES_IN_MESSAGE = 10;

  private final Checkpoint checkpoint;
  private final ConvertOptions options;
  private final Place place;

  private Planner(Checkpoint checkpoint, ConvertOptions options) {
    this.checkpoint = checkpoint;
    this.options = options;
    this.place = Place.of(checkpoint.container().file().path());
  }

  static Plan plan(Checkpoint checkpoint, ConvertOptions options) throws CheckpointException {
    return new Planner(checkpoint, options).plan();
  }

  private Plan plan() throws CheckpointException {
    Value model = checkpoint.model();
    TensorHolders holders =
        TensorHolders.in(
            model == null ? List.of(checkpoint.top()) : List.of(checkpoint.top(), model));
    Root root = new RootFinder(holders).find(checkpoint, options.root(), place);
    List<RefusedGlobal> inert =
        GlobalsCheck.check(checkpoint, root, options.policy().isStrict(), place);
    List<NamedTensor> named = Flattener.flatten(root.value(), holders, options.limits(), place);
    Naming naming = Naming.of(named, options.names(), place);
    List<Skipped> skipped = new ArrayList<>();
    List<NamedData> kept = supported(naming.taken(), skipped);
    if (kept.isEmpty()) {
      throw new UnsupportedException(
          place,
          "there is no tensor "
              + (root.name().isEmpty() ? "in it" : "at the root \"" + root.name() + "\"")
              + (naming.excluded().isEmpty() ? "" : " that --include and --exclude leave over")
              + (skipped.isEmpty() ? "" : " that safetensors can hold"),
          "nothing is written");
    }
    Map<String, String> metadata = new TreeMap<>(Utf8Order.COMPARATOR);
    metadata.put("format", "pt");
    metadata.putAll(options.metadata());
    Map<String, String> dropped =
        options.shared() == ConvertOptions.Shared.DROP
            ? SharedTensors.dropped(kept, place)
            : Map.of();
    dropped.forEach(metadata::putIfAbsent);
    kept.removeIf(tensor -> dropped.containsKey(tensor.name()));
    options.cast().ifPresent(dtype -> kept.replaceAll(tensor -> tensor.cast(dtype)));
    List<LeftOut> leftOut =
        new ArrayList<>(
            LeftOutFinder.find(checkpoint.top(), root, holders, named, checkpoint.tensors()));
    naming.excluded().forEach(tensor -> leftOut.add(excluded(root, tensor)));
    long inputBytes = checkpoint.container().file().size();
    return new Plan(
        checkpoint.container().layout(),
        root.name(),
        new FileLayout(options, place, inputBytes).of(kept, metadata),
        leftOut,
        skipped,
        dropped,
        naming.renamed(),
        inert,
        metadata);
  }

  private static LeftOut excluded(Root root, NamedTensor tensor) {
    long bytes = 0;
    for (TensorView view : tensor.tensor().content().views()) {
      bytes += view.byteSize();
    }
    String name = tensor.name();
    return new LeftOut(root.name().isEmpty() ? name : root.name() + "." + name, 1, bytes, true);
  }

  private List<NamedData> supported(List<NamedTensor> named, List<Skipped> skipped)
      throws CheckpointException {
    List<NamedData> kept = new ArrayList<>(named.size());
    for (NamedTensor tensor : named) {
      String why = whyUnsupported(tensor.tensor());
      if (why != null) {
        skipped.add(new Skipped(tensor.name(), why));
      } else if (tensor.tensor().content() instanceof TensorValue.Strided(TensorView view)) {
        if (view.storage().source() == null) {
          throw new MalformedException(place.ofTensor(tensor.name()), view.storage().whyMissing());
        }
        kept.add(new NamedData(tensor.name(), new TensorData.Strided(view)));
      }
    }
    if (!skipped.isEmpty() && options.unsupported() == ConvertOptions.Unsupported.REFUSE) {
      throw refuseUnsupported(skipped);
    }
    return kept;
  }

  private RefusedException refuseUnsupported(List<Skipped> skipped) {
    List<String> words = new ArrayList<>();
    for (Skipped tensor : skipped.subList(0, Math.min(skipped.size(), MOST_NAMES_IN_MESSAGE))) {
      words.add("\"" + tensor.name() + "\" is " + tensor.why());
    }
    if (skipped.size() > words.size()) {
      words.add((skipped.size() - words.size()) + " more are of such kinds");
    }
    return new RefusedException(
        place,
        "safetensors cannot hold "
            + (skipped.size() == 1 ? "a tensor" : skipped.size() + " tensors")
            + ": "
            + String.join(", ", words),
        "leave them out with --unsupported skip");
  }

  /** Why safetensors cannot hold a tensor, in words; null if it can. */
  private static @Nullable String whyUnsupported(TensorValue tensor) {
    return switch (tensor.content()) {
      case TensorValue.Other other -> other.what();
      case QuantizedContent quantized -> "a quantized tensor";
      case SparseContent sparse ->
          "a sparse tensor (" + sparse.layout().replace("torch.sparse_", "") + ")";
      case NestedContent nested -> "a nested tensor";
      case TensorValue.Strided(TensorView view) -> {
        DType dtype = view.dtype();
        if (dtype.safetensorsName() == null) {
          yield "of dtype " + dtype.torchName();
        }
        if (dtype == DType.F4 && !isCountable(view.shape())) {
          yield "of packed 4-bit floats in a shape that has no number of elements";
        }
        if (view.negated() && !isNegatable(dtype)) {
          yield "of dtype " + dtype.torchName() + " with its neg bit set";
        }
        if (view.storage().order() == ByteOrder.BIG_ENDIAN
            && dtype.byteSize() % view.storage().dtype().swapSize() != 0) {
          yield "a view of other elements than those of its big-endian storage";
        }
        yield null;
      }
    };
  }

  /** Whether the last of the sizes, doubled, is one. */
  private static boolean isCountable(Shape shape) {
    return shape.rank() > 0 && shape.get(shape.rank() - 1) <= Long.MAX_VALUE / 2;
  }

  private static boolean isNegatable(DType dtype) {
    return switch (dtype) {
      case F16, BF16, F32, F64, C64 -> true;
      default -> false;
    };
  }
}
