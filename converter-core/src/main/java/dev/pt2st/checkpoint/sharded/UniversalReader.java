package dev.pt2st.checkpoint.sharded;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.sharded.folder.FolderParts;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.TensorValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Reads a universal checkpoint of DeepSpeed ({@code deepspeed/checkpoint/ds_to_universal.py}): each
 * parameter is complete in a file of its own. If it comes from stage 3, it is flat, and its shape
 * is in the model's file.
 */
final class UniversalReader {
  private static final String MODEL = "mp_rank_00_model_states.pt";
  private static final String OTHER_RANK = "mp_rank_01_model_states.pt";
  private static final String PARAMETERS = "zero";
  private static final String VALUES = "fp32.pt";

  private final FolderParts parts;
  private final Place place;

  private UniversalReader(FolderParts parts) {
    this.parts = parts;
    this.place = parts.files().place();
  }

  static Checkpoint read(FolderParts parts) throws CheckpointException, IOException {
    return new UniversalReader(parts).read();
  }

  private Checkpoint read() throws CheckpointException, IOException {
    Path folder = parts.folder().folder();
    if (Files.exists(folder.resolve(OTHER_RANK))) {
      throw new RefusedException(
          place,
          "it was made from a tensor-parallel or pipeline-parallel run, and which of its parts"
              + " belong together depends on the architecture",
          new Remedy.Advice("load it with DeepSpeed, and save the model's state_dict"));
    }
    MappedFile modelFile = parts.files().open(MODEL, place);
    if (!(parts.readSaved(modelFile).top() instanceof DictValue states)) {
      throw new MalformedException(place, "its model states are not a dict");
    }
    ZeroModel model = new ZeroModel(List.of(states), place);
    Map<String, Shape> shapes = new LinkedHashMap<>();
    model.parameterGroups().forEach(shapes::putAll);
    TreeSet<String> names = new TreeSet<>(names(folder));
    Map<String, TensorValue> found = new LinkedHashMap<>();
    for (Map.Entry<String, Shape> parameter : shapes.entrySet()) {
      if (!names.remove(parameter.getKey())) {
        throw new MalformedException(
            place.ofTensor(parameter.getKey()),
            "its folder is missing",
            new Remedy.FetchAgain("get the whole folder again"));
      }
      found.put(parameter.getKey(), shaped(parameter, model));
    }
    if (!names.isEmpty()) {
      throw new MalformedException(
          place.ofTensor(names.first()), "it has a folder, and param_shapes does not name it");
    }
    model.addOthers(found, false);
    DictValue top = new DictValue(DictValue.Kind.DICT);
    found.forEach((name, tensor) -> top.put(new Value.Text(name), tensor));
    parts.leaveOut("optimizer states of each parameter", 0, 0);
    return parts.checkpoint(modelFile, "DeepSpeed universal checkpoint", top);
  }

  private static List<String> names(Path folder) throws IOException {
    try (var entries = Files.list(folder.resolve(PARAMETERS))) {
      return entries
          .filter(entry -> Files.exists(entry.resolve(VALUES)))
          .map(entry -> String.valueOf(entry.getFileName()))
          .toList();
    }
  }

  private TensorValue shaped(Map.Entry<String, Shape> parameter, ZeroModel model)
      throws CheckpointException, IOException {
    String name = parameter.getKey();
    Place at = place.ofTensor(name);
    MappedFile file = parts.files().open(PARAMETERS + "/" + name + "/" + VALUES, at);
    if (!(parts.readSaved(file).top() instanceof DictValue values)
        || !(values.get("param") instanceof TensorValue tensor)
        || !(tensor.content() instanceof TensorValue.Strided(TensorView view))) {
      throw new MalformedException(at, "its file " + VALUES + " holds no tensor \"param\"");
    }
    Shape shape = parameter.getValue();
    if (view.shape().equals(shape)) {
      return tensor;
    }
    if (view.shape().rank() != 1
        || !view.isContiguous()
        || view.elementCount() != model.count(parameter)) {
      throw new MalformedException(
          at, "its sizes are " + view.shape() + ", and param_shapes says " + shape);
    }
    return new TensorValue(FlatPieces.assemble(shape, view.dtype(), List.of(view)));
  }
}
