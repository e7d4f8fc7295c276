package dev.pt2st.convert.planner;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.convert.names.NamedTensor;
import dev.pt2st.convert.names.OutputNames;
import dev.pt2st.convert.names.Root;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.LeftOut;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.plan.Plan.Skipped;
import dev.pt2st.safetensors.JsonText;
import dev.pt2st.safetensors.Utf8Order;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
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
    this.place = Place.of(checkpoint.container().file().name());
  }

  public static Plan plan(Checkpoint checkpoint, ConvertOptions options)
      throws CheckpointException {
    return new Planner(checkpoint, options).plan();
  }

  private Plan plan() throws CheckpointException {
    RootTensors found = RootTensors.of(checkpoint, options);
    Root root = found.root();
    OutputNames naming = found.naming();
    Forms forms = forms(naming.taken());
    if (forms.written.isEmpty()) {
      throw nothingToWrite(found, forms);
    }
    refusePlaceholders(forms.written);
    Map<String, String> dropped =
        options.shared() == ConvertOptions.Shared.DROP
            ? SharedTensors.dropped(forms.written, place)
            : Map.of();
    Map<String, String> metadata = metadata(forms.origins, dropped);
    List<NamedTensorData> tensors = tensors(forms.written, dropped);
    StateDictHooks hooks = StateDictHooks.in(root, found.holders());
    long inputBytes = checkpoint.container().file().size();
    return new Plan(
        checkpoint.container().layout(),
        "",
        root.name(),
        root.rule(),
        new FileLayout(options, place, inputBytes).of(tensors, metadata),
        leftOut(found),
        forms.skipped,
        droppedTensors(forms.written, dropped),
        naming.renamed(),
        hooks.found(),
        found.inert(),
        hooks.foreignModules(),
        metadata);
  }

  private UnsupportedException nothingToWrite(RootTensors found, Forms forms) {
    Root root = found.root();
    boolean nothingNamed = found.named().isEmpty() && root.name().isEmpty();
    if (nothingNamed && checkpoint.tensors() > 0) {
      List<String> places =
          leftOut(found).stream()
              .filter(part -> part.tensors() > 0)
              .map(part -> part.tensors() + " in " + part.key())
              .limit(MOST_NAMES_IN_MESSAGE)
              .toList();
      return new UnsupportedException(
          place,
          "no name leads to any of its "
              + checkpoint.tensors()
              + " tensors: they lie in sets, in items of objects or in other places that give none"
              + (places.isEmpty() ? "" : " (" + String.join(", ", places) + ")"),
          new Remedy.Advice("save a dict of them with torch.save where the file was made"));
    }
    return new UnsupportedException(
        place,
        "there is no tensor "
            + (root.name().isEmpty() ? "in it" : "at the root \"" + root.name() + '"')
            + (found.naming().excluded().isEmpty()
                ? ""
                : " that the include and exclude patterns leave")
            + (forms.skipped.isEmpty() ? "" : " that safetensors can hold"),
        new Remedy.Advice("nothing is written"));
  }

  /**
   * Refuses a model of nothing but tensors of the shape [0]: {@code GatheredParameters} of
   * DeepSpeed leaves such in the place of parameters that are partitioned (ZeRO stage 3, {@code
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
        new Remedy.Advice(
            "merge those with zero_to_fp32.py, which DeepSpeed puts beside them, and convert what it"
                + " writes"));
  }

  /** The texts of {@code __metadata__}. */
  private Map<String, String> metadata(Map<String, String> origins, Map<String, String> dropped) {
    Map<String, String> metadata = new TreeMap<>(Utf8Order.COMPARATOR);
    metadata.put("format", "pt");
    metadata.putAll(options.metadata());
    if (!origins.isEmpty()) {
      metadata.put(ConvertOptions.CONVERTED, objectOf(origins));
    }
    dropped.forEach(metadata::putIfAbsent);
    return metadata;
  }

  /** What gets a place in a file: all but those for which others stand, cast if that is wanted. */
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

  private List<LeftOut> leftOut(RootTensors found) {
    List<LeftOut> leftOut =
        new ArrayList<>(
            LeftOutFinder.find(
                checkpoint.top(),
                found.root(),
                found.holders(),
                found.named(),
                checkpoint.tensors()));
    for (String reference : found.backReferences()) {
      leftOut.add(
          new LeftOut(pathOf(found.root(), reference) + " (leads back to what it lies in)", 0, 0));
    }
    found.naming().excluded().forEach(tensor -> leftOut.add(excluded(found.root(), tensor)));
    return leftOut;
  }

  private static LeftOut excluded(Root root, NamedTensor tensor) {
    long bytes = 0;
    for (TensorView view : tensor.tensor().content().views()) {
      bytes += view.byteSize();
    }
    return new LeftOut(pathOf(root, tensor.name()), 1, bytes, true);
  }

  private static String pathOf(Root root, String name) {
    return root.name().isEmpty() ? name : root.name() + "." + name;
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
   * What becomes of the tensors of the root.
   *
   * @param written what is written for them
   * @param skipped those that safetensors cannot hold
   * @param origins what those were that are written as something else, by their names
   */
  private record Forms(
      List<NamedTensorData> written, List<Skipped> skipped, Map<String, String> origins) {}

  private Forms forms(List<NamedTensor> named) throws CheckpointException {
    OutputForms forms = new OutputForms(options, place);
    Forms found =
        new Forms(
            new ArrayList<>(named.size()), new ArrayList<>(), new TreeMap<>(Utf8Order.COMPARATOR));
    Set<Remedy.Form> missing = new LinkedHashSet<>();
    for (NamedTensor tensor : named) {
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

  /** What stands for a tensor may have the name of another. */
  private void refuseCollisions(List<NamedTensorData> kept) throws RefusedException {
    Set<String> names = new HashSet<>(kept.size());
    for (NamedTensorData tensor : kept) {
      if (!names.add(tensor.name())) {
        throw new RefusedException(
            place.ofTensor(tensor.name()),
            "two tensors would have this name: one of the file and what stands for a part of"
                + " another",
            new Remedy.SeparateNames(false, List.of()));
      }
    }
  }

  private RefusedException refuseUnsupported(List<Skipped> skipped, Set<Remedy.Form> missing) {
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
        new Remedy.WriteOtherwise(List.copyOf(missing), skipped.size()));
  }
}
