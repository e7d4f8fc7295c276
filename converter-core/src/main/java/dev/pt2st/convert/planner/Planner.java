package dev.pt2st.convert.planner;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.sharded.LonePart;
import dev.pt2st.convert.data.TensorData;
import dev.pt2st.convert.names.KeyPath;
import dev.pt2st.convert.names.NamedTensor;
import dev.pt2st.convert.names.OutputNames;
import dev.pt2st.convert.names.Root;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.LeftOut;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.plan.Plan.Skipped;
import dev.pt2st.convert.plan.RootRule;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.text.JsonText;
import dev.pt2st.text.Utf8Order;
import dev.pt2st.torch.value.TensorValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Turns a checkpoint into a {@link Plan} by the rules of a conversion. */
public final class Planner {
  private static final int MOST_NAMES_IN_MESSAGE = 10;

  private final ConvertOptions options;
  private final Place place;

  private Planner(Place place, ConvertOptions options) {
    this.options = options;
    this.place = place;
  }

  public static Plan plan(Checkpoint checkpoint, ConvertOptions options)
      throws CheckpointException {
    Place place = Place.of(checkpoint.container().file().name());
    return new Planner(place, options).plan(checkpoint);
  }

  /** Makes the plan for tensors that have their names already. */
  public static Plan plan(FlatModel model, ConvertOptions options) throws CheckpointException {
    return new Planner(model.place(), options).plan(model);
  }

  private Plan plan(FlatModel model) throws CheckpointException {
    OutputNames naming = OutputNames.of(model.tensors(), KeyPath.TOP, options.names(), place);
    Forms forms = forms(naming.taken(), model.packed());
    if (forms.written.isEmpty()) {
      throw nothingToWrite("", naming, forms);
    }
    refusePlaceholders(forms.written);
    Map<String, String> dropped = dropped(forms);
    Map<String, String> metadata = metadata(model.metadata(), forms.origins, dropped);
    List<NamedTensorData> tensors = tensors(forms.written, dropped);
    List<LeftOut> leftOut = new ArrayList<>(model.leftOut());
    naming.excluded().forEach(tensor -> leftOut.add(excluded("", tensor)));
    return new Plan(
        model.layout(),
        "",
        List.of(),
        "",
        RootRule.WHOLE,
        new FileLayout(options, place, model.bytes()).of(tensors, metadata),
        leftOut,
        forms.skipped,
        droppedTensors(forms.written, dropped),
        List.of(),
        naming.renamed(),
        List.of(),
        model.inert(),
        0,
        metadata);
  }

  private Plan plan(Checkpoint checkpoint) throws CheckpointException {
    RootTensors found = RootTensors.of(checkpoint, options);
    Root root = found.root();
    OutputNames naming = found.naming();
    Forms forms = forms(naming.taken(), new IdentityHashMap<>());
    if (forms.written.isEmpty()) {
      throw nothingToWrite(checkpoint, found, forms);
    }
    refusePlaceholders(forms.written);
    Map<String, String> dropped = dropped(forms);
    Map<String, String> metadata = metadata(Map.of("format", "pt"), forms.origins, dropped);
    List<NamedTensorData> tensors = tensors(forms.written, dropped);
    StateDictHooks hooks = StateDictHooks.in(root, found.holders());
    long inputBytes = checkpoint.container().inputBytes();
    return new Plan(
        checkpoint.container().layout(),
        "",
        List.of(),
        root.name(),
        root.rule(),
        new FileLayout(options, place, inputBytes).of(tensors, metadata),
        leftOut(checkpoint, found),
        forms.skipped,
        droppedTensors(forms.written, dropped),
        checkpoint.openedBytes(),
        naming.renamed(),
        hooks.found(),
        found.inert(),
        hooks.foreignModules(),
        metadata);
  }

  private UnsupportedException nothingToWrite(
      Checkpoint checkpoint, RootTensors found, Forms forms) {
    Root root = found.root();
    boolean nothingNamed = found.named().isEmpty() && root.name().isEmpty();
    if (nothingNamed && checkpoint.tensors() > 0) {
      List<String> places =
          leftOut(checkpoint, found).stream()
              .filter(part -> part.tensors() > 0)
              .map(part -> part.tensors() + " in " + part.key())
              .limit(MOST_NAMES_IN_MESSAGE)
              .toList();
      return new UnsupportedException(
          place,
          "there is no name for any of its "
              + checkpoint.tensors()
              + " tensors: they are in sets, in items of objects or in other places without names"
              + (places.isEmpty() ? "" : " (" + String.join(", ", places) + ")"),
          new Remedy.Advice("save a dict of them with torch.save where the file was made"));
    }
    return nothingToWrite(root.name(), found.naming(), forms);
  }

  private UnsupportedException nothingToWrite(String root, OutputNames naming, Forms forms) {
    return new UnsupportedException(
        place,
        "there is no tensor "
            + (root.isEmpty() ? "in it" : "at the root \"" + root + '"')
            + (naming.excluded().isEmpty() ? "" : " that the include and exclude patterns leave")
            + (forms.skipped.isEmpty() ? "" : " that safetensors can hold"),
        new Remedy.Advice("nothing is written"));
  }

  /**
   * Refuses a model of nothing but tensors of the shape [0]: {@code GatheredParameters} of
   * DeepSpeed leaves these in place of partitioned parameters (ZeRO stage 3, {@code
   * runtime/zero/partition_parameters.py}).
   */
  private void refusePlaceholders(List<NamedTensorData> written) throws UnsupportedException {
    for (NamedTensorData tensor : written) {
      Shape shape = tensor.data().shape();
      if (shape.rank() != 1 || shape.get(0) != 0) {
        return;
      }
    }
    throw new UnsupportedException(
        place,
        (written.size() == 1 ? "its only tensor is" : "all its " + written.size() + " tensors are")
            + " empty: placeholders, as DeepSpeed's ZeRO-3 leaves them for weights that lie in the"
            + " files of all its processes",
        new Remedy.Advice(LonePart.MERGE));
  }

  private Map<String, String> dropped(Forms forms) throws CheckpointException {
    return options.shared() == ConvertOptions.Shared.DROP
        ? SharedTensors.dropped(forms.written, place)
        : Map.of();
  }

  /**
   * The entries of {@code __metadata__}.
   *
   * @param own entries that do not come from options
   */
  private Map<String, String> metadata(
      Map<String, String> own, Map<String, String> origins, Map<String, String> dropped) {
    Map<String, String> metadata = new TreeMap<>(Utf8Order.COMPARATOR);
    metadata.putAll(own);
    metadata.putAll(options.metadata());
    metadata.keySet().removeAll(options.removedMetadata());
    if (!origins.isEmpty()) {
      metadata.put(ConvertOptions.CONVERTED, objectOf(origins));
    }
    dropped.forEach(metadata::putIfAbsent);
    return metadata;
  }

  /** The tensors that are written: all but dropped ones, cast if that is asked for. */
  private List<NamedTensorData> tensors(
      List<NamedTensorData> written, Map<String, String> dropped) {
    DType cast = options.cast().orElse(null);
    if (dropped.isEmpty() && cast == null) {
      return written;
    }
    List<NamedTensorData> tensors = new ArrayList<>(written.size());
    for (NamedTensorData tensor : written) {
      if (!dropped.containsKey(tensor.name())) {
        tensors.add(cast == null ? tensor : tensor.cast(cast));
      }
    }
    return tensors;
  }

  private static List<Plan.Dropped> droppedTensors(
      List<NamedTensorData> written, Map<String, String> dropped) {
    List<Plan.Dropped> tensors = new ArrayList<>(dropped.size());
    if (!dropped.isEmpty()) {
      for (NamedTensorData tensor : written) {
        String kept = dropped.get(tensor.name());
        if (kept != null) {
          tensors.add(new Plan.Dropped(tensor.name(), kept, tensor.data()));
        }
      }
    }
    return tensors;
  }

  /** The parts of a checkpoint that are not taken. */
  public static List<LeftOut> leftOut(Checkpoint checkpoint, RootTensors found) {
    List<LeftOut> leftOut =
        new ArrayList<>(
            LeftOutFinder.find(
                checkpoint.top(),
                found.root(),
                found.holders(),
                found.named(),
                checkpoint.tensors()));
    for (String reference : found.backReferences()) {
      String path = pathOf(found.root().name(), reference);
      leftOut.add(new LeftOut(path + " (refers back to what contains it)", 0, 0));
    }
    found.naming().excluded().forEach(tensor -> leftOut.add(excluded(found.root().name(), tensor)));
    return leftOut;
  }

  private static LeftOut excluded(String root, NamedTensor tensor) {
    long bytes = 0;
    for (TensorView view : tensor.tensor().content().views()) {
      bytes += view.byteSize();
    }
    return new LeftOut(pathOf(root, tensor.name()), 1, bytes, true);
  }

  private static String pathOf(String root, String name) {
    return root.isEmpty() ? name : root + "." + name;
  }

  /** A JSON object whose values are JSON texts already. */
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
   * The forms of the tensors of the root.
   *
   * @param written the tensors that are written for them
   * @param skipped the tensors that safetensors cannot hold
   * @param origins by name, what tensors were that are written in another form
   */
  private record Forms(
      List<NamedTensorData> written, List<Skipped> skipped, Map<String, String> origins) {}

  private Forms forms(
      List<NamedTensor> named, IdentityHashMap<TensorValue, TensorData.Packed> packed)
      throws CheckpointException {
    OutputForms forms = new OutputForms(options, place);
    Forms found =
        new Forms(
            new ArrayList<>(named.size()), new ArrayList<>(), new TreeMap<>(Utf8Order.COMPARATOR));
    Set<Remedy.Form> missing = new LinkedHashSet<>();
    for (NamedTensor tensor : named) {
      TensorData.Packed shared = packed.isEmpty() ? null : packed.get(tensor.tensor());
      if (shared != null) {
        found.written.add(new NamedTensorData(tensor.name(), shared));
        continue;
      }
      switch (forms.of(tensor)) {
        case OutputForm.Unwritable(String why, List<Remedy.Form> wanted) -> {
          found.skipped.add(new Skipped(tensor.name(), why));
          missing.addAll(wanted);
        }
        case OutputForm.Written(List<NamedTensorData> tensors, String origin) -> {
          found.written.addAll(tensors);
          if (origin != null) {
            found.origins.put(tensor.name(), origin);
          }
        }
      }
    }
    if (!found.skipped.isEmpty() && options.unsupported() == ConvertOptions.Unsupported.REFUSE) {
      throw refuseUnsupported(found.skipped, missing);
    }
    if (!found.origins.isEmpty()) {
      refuseCollisions(found.written);
    }
    return found;
  }

  /** Refuses component tensors whose names collide with those of other tensors. */
  private void refuseCollisions(List<NamedTensorData> kept) throws RefusedException {
    Set<String> names = new HashSet<>(kept.size());
    for (NamedTensorData tensor : kept) {
      if (!names.add(tensor.name())) {
        throw new RefusedException(
            place.ofTensor(tensor.name()),
            "two tensors would have this name: one of the file and a component of" + " another",
            new Remedy.SeparateNames(Set.of(), List.of()));
      }
    }
  }

  /** The refusal of a file whose missing parts are in the files of other ranks. */
  private RefusedException refuseRank(List<Skipped> parts) {
    return new RefusedException(
        place,
        "it holds one rank's part of tensors that are spread over several processes, such as \""
            + parts.getFirst().name()
            + '"',
        new Remedy.Advice(
            "put the files of all ranks into one folder, under the names that their trainer gave"
                + " them, and convert the folder"));
  }

  private RefusedException refuseUnsupported(List<Skipped> skipped, Set<Remedy.Form> missing) {
    List<Skipped> ofRank =
        skipped.stream().filter(each -> each.why().startsWith(TensorValue.RANK_PART)).toList();
    if (!ofRank.isEmpty()) {
      return refuseRank(ofRank);
    }
    List<String> words = new ArrayList<>();
    for (Skipped tensor : skipped.subList(0, Math.min(skipped.size(), MOST_NAMES_IN_MESSAGE))) {
      words.add("\"" + tensor.name() + "\" (" + tensor.why() + ")");
    }
    if (skipped.size() > words.size()) {
      words.add((skipped.size() - words.size()) + " more are of such kinds");
    }
    return new RefusedException(
        place,
        "safetensors cannot hold "
            + (skipped.size() == 1 ? "the tensor " : skipped.size() + " tensors: ")
            + String.join(", ", words),
        new Remedy.WriteOtherwise(List.copyOf(missing), skipped.size()));
  }
}
