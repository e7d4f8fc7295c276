package dev.pt2st.convert.plan;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.RefusedGlobal;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.Container;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.ScriptCode;
import dev.pt2st.convert.names.Flattener;
import dev.pt2st.convert.names.NamedTensor;
import dev.pt2st.convert.names.OutputNames;
import dev.pt2st.convert.names.Root;
import dev.pt2st.convert.names.RootFinder;
import dev.pt2st.convert.names.TensorHolders;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan.Skipped;
import dev.pt2st.pickle.Value;
import dev.pt2st.safetensors.JsonText;
import dev.pt2st.safetensors.Utf8Order;
import dev.pt2st.tensor.TensorView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Turns a checkpoint into a {@link Plan} by the rules of a conversion. */
public final class Planner {
  private static final int MOST_NAMES_IN_MESSAGE = 10;

  private final Checkpoint checkpoint;
  private final ConvertOptions options;
  private final Place place;

  private Planner(Checkpoint checkpoint, ConvertOptions options) {
    this.checkpoint = checkpoint;
    this.options = options;
    this.place = Place.of(checkpoint.container().file().path());
  }

  public static Plan plan(Checkpoint checkpoint, ConvertOptions options)
      throws CheckpointException {
    return new Planner(checkpoint, options).plan();
  }

  private Plan plan() throws CheckpointException {
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
    List<NamedTensor> named =
        Flattener.flatten(root.value(), holders, options.read().limits(), place);
    OutputNames naming = OutputNames.of(named, options.names(), place);
    List<Skipped> skipped = new ArrayList<>();
    Map<String, String> origins = new TreeMap<>(Utf8Order.COMPARATOR);
    List<NamedTensorData> kept = written(naming.taken(), skipped, origins);
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
    if (!origins.isEmpty()) {
      metadata.put(ConvertOptions.CONVERTED, objectOf(origins));
    }
    Map<String, String> dropped =
        options.shared() == ConvertOptions.Shared.DROP
            ? SharedTensors.dropped(kept, place)
            : Map.of();
    dropped.forEach(metadata::putIfAbsent);
    List<Plan.Dropped> droppedTensors = new ArrayList<>();
    kept.removeIf(tensor -> {
      String seen = dropped.get(tensor.name());
      return seen != null
          && droppedTensors.add(new Plan.Dropped(tensor.name(), seen, tensor.data()));
    });
    options.cast().ifPresent(dtype -> kept.replaceAll(tensor -> tensor.cast(dtype)));
    List<LeftOut> leftOut =
        new ArrayList<>(
            LeftOutFinder.find(checkpoint.top(), root, holders, named, checkpoint.tensors()));
    naming.excluded().forEach(tensor -> leftOut.add(excluded(root, tensor)));
    long inputBytes = checkpoint.container().file().size();
    return new Plan(
        checkpoint.container().layout(),
        "",
        root.name(),
        new FileLayout(options, place, inputBytes).of(kept, metadata),
        leftOut,
        skipped,
        droppedTensors,
        naming.renamed(),
        StateDictHooks.in(root.value(), holders),
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

  /** An object of JSON whose values are JSON themselves. */
  private static String objectOf(Map<String, String> values) {
    StringBuilder json = new StringBuilder("{");
    values.forEach((key, value) -> {
      if (json.length() > 1) {
        json.append(',');
      }
      JsonText.append(json, key);
      json.append(':').append(value);
    });
    return json.append('}').toString();
  }

  /**
   * What is written for each tensor.
   *
   * @param skipped takes what cannot be written
   * @param origins takes what those tensors were that are written as something else
   */
  private List<NamedTensorData> written(
      List<NamedTensor> named, List<Skipped> skipped, Map<String, String> origins)
      throws CheckpointException {
    OutputForms forms = new OutputForms(options, place);
    List<NamedTensorData> kept = new ArrayList<>(named.size());
    Set<String> missing = new LinkedHashSet<>();
    for (NamedTensor tensor : named) {
      switch (forms.of(tensor)) {
        case OutputForm.Unwritable(String why, List<String> wanted) -> {
          skipped.add(new Skipped(tensor.name(), why));
          missing.addAll(wanted);
        }
        case OutputForm.Written(List<NamedTensorData> tensors, String origin) -> {
          kept.addAll(tensors);
          if (origin != null) {
            origins.put(tensor.name(), origin);
          }
        }
      }
    }
    if (!skipped.isEmpty() && options.unsupported() == ConvertOptions.Unsupported.REFUSE) {
      throw refuseUnsupported(skipped, missing);
    }
    if (!origins.isEmpty()) {
      refuseCollisions(kept);
    }
    return kept;
  }

  /** What stands for a tensor may have the name of another. */
  private void refuseCollisions(List<NamedTensorData> kept) throws RefusedException {
    Set<String> names = new HashSet<>(kept.size());
    for (NamedTensorData tensor : kept) {
      if (!names.add(tensor.name())) {
        throw new RefusedException(
            place.ofTensor(tensor.name()),
            "two tensors would have this name: one of the file and what stands for a part of"
                + " another",
            "convert one of them alone with --root, or rename a key and save again");
      }
    }
  }

  private RefusedException refuseUnsupported(List<Skipped> skipped, Set<String> missing) {
    List<String> words = new ArrayList<>();
    for (Skipped tensor : skipped.subList(0, Math.min(skipped.size(), MOST_NAMES_IN_MESSAGE))) {
      words.add("\"" + tensor.name() + "\" is " + tensor.why());
    }
    if (skipped.size() > words.size()) {
      words.add((skipped.size() - words.size()) + " more are of such kinds");
    }
    String them = skipped.size() == 1 ? "it" : "them";
    return new RefusedException(
        place,
        "safetensors cannot hold "
            + (skipped.size() == 1 ? "a tensor" : skipped.size() + " tensors")
            + ": "
            + String.join(", ", words),
        (missing.isEmpty()
                ? ""
                : "convert " + them + " with " + String.join(" and ", missing) + ", or ")
            + "leave "
            + them
            + " out with --unsupported skip");
  }
}
