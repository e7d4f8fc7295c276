package dev.pt2st.convert.source;

import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.Remedy;
import dev.pt2st.ResourceName;
import dev.pt2st.UnsupportedException;
import dev.pt2st.checkpoint.sharded.folder.Boxes;
import dev.pt2st.checkpoint.sharded.folder.Boxes.Box;
import dev.pt2st.checkpoint.sharded.folder.FolderCheckpoint;
import dev.pt2st.convert.names.KeyPath;
import dev.pt2st.convert.names.NamedTensor;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.planner.FlatModel;
import dev.pt2st.io.MappedFile;
import dev.pt2st.safetensors.SafetensorsFile;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.TensorInfo;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.ShardedContent;
import dev.pt2st.torch.value.ShardedContent.Piece;
import dev.pt2st.torch.value.TensorValue;
import dev.pt2st.work.Deadline;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The pieces that {@code HuggingFaceStorageWriter} writes with {@code save_distributed=True}: one
 * safetensors file per rank, whose metadata give the offsets of each of its tensors in the whole
 * ({@code torch/distributed/checkpoint/hf_storage.py}). The size of the whole follows only from its
 * pieces.
 */
final class PiecesSource {
  /** {@code SHARDING_INFO} of {@code torch/distributed/checkpoint/_hf_utils.py}. */
  private static final String SHARDING = "DCP_SHARDING_INFO";

  private static final String OFFSETS = "saved_offsets";

  private final Place place;
  private final List<SafetensorsFile> files = new ArrayList<>();
  private final TreeMap<String, Map<Box, TensorView>> pieces = new TreeMap<>();
  private final Map<String, List<Box>> boxes = new HashMap<>();

  private PiecesSource(Path folder) {
    this.place = Place.of(ResourceName.of(folder));
  }

  static FlatSource open(FolderCheckpoint folder, ConvertOptions options)
      throws CheckpointException, IOException {
    PiecesSource source = new PiecesSource(folder.folder());
    try {
      return source.read(folder, options);
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      source.close();
      throw e;
    }
  }

  private FlatSource read(FolderCheckpoint folder, ConvertOptions options)
      throws CheckpointException, IOException {
    long bytes = 0;
    for (Path part : folder.parts()) {
      SafetensorsFile file = SafetensorsFile.open(part);
      files.add(file);
      bytes += file.size();
    }
    Deadline deadline = new Deadline(options.read().limits(), bytes);
    for (SafetensorsFile file : files) {
      SafetensorsTensors.refusePickle(file.file(), options.read().limits(), deadline);
      add(file);
    }
    List<NamedTensor> tensors = new ArrayList<>();
    for (String name : pieces.keySet()) {
      tensors.add(
          new NamedTensor(name, KeyPath.TOP.child(name), new TensorValue(whole(name, deadline))));
    }
    List<MappedFile> mapped = files.stream().map(SafetensorsFile::file).toList();
    FlatModel model =
        FlatModel.of(
            "safetensors pieces of "
                + files.size()
                + " files (no file says whether the last rows are complete)",
            place,
            bytes,
            tensors);
    return new FlatSource(model, folder.parts(), mapped, "", this::close);
  }

  private void add(SafetensorsFile file) throws CheckpointException {
    Place at = Place.of(file.name());
    Map<String, Shape> offsets = offsets(file, at);
    for (TensorInfo info : file.tensors()) {
      Place tensor = at.ofTensor(info.name());
      Shape begin = offsets.get(info.name());
      if (begin == null || begin.rank() != info.shape().rank()) {
        throw new MalformedException(
            tensor, "its metadata does not say where in the whole this piece begins");
      }
      Box box = new Box(begin, info.shape());
      TensorView view = view(file, info, tensor);
      boxes.computeIfAbsent(info.name(), key -> new ArrayList<>()).add(box);
      TensorView other =
          pieces.computeIfAbsent(info.name(), key -> new HashMap<>()).putIfAbsent(box, view);
      if (other != null && !box.isEmpty()) {
        throw new MalformedException(tensor, "this piece is in two files");
      }
    }
  }

  private static TensorView view(SafetensorsFile file, TensorInfo info, Place place)
      throws UnsupportedException {
    if (info.dtype().bitSize() % Byte.SIZE != 0) {
      throw new UnsupportedException(
          place,
          "it is a piece of dtype " + info.dtype() + ", whose elements share bytes",
          new Remedy.Advice("load it with PyTorch, and save the whole"));
    }
    return SafetensorsTensors.view(file, info, info.dtype(), info.shape());
  }

  private TensorValue.Content whole(String name, Deadline deadline) throws CheckpointException {
    Place at = place.ofTensor(name);
    Map<Box, TensorView> views = pieces.getOrDefault(name, Map.of());
    List<Box> all = boxes.getOrDefault(name, List.of());
    long[] sizes = new long[all.getFirst().sizes().rank()];
    DType dtype = views.values().iterator().next().dtype();
    for (Map.Entry<Box, TensorView> piece : views.entrySet()) {
      Box box = piece.getKey();
      if (box.sizes().rank() != sizes.length || piece.getValue().dtype() != dtype) {
        throw new MalformedException(at, "its pieces differ in their dtype or their dimensions");
      }
      for (int i = 0; i < sizes.length; i++) {
        try {
          sizes[i] = Math.max(sizes[i], Math.addExact(box.offsets().get(i), box.sizes().get(i)));
        } catch (ArithmeticException e) {
          throw new MalformedException(at, "the place of a piece overflows");
        }
      }
    }
    Shape shape = Shape.of(sizes);
    List<Piece> placed = new ArrayList<>();
    for (Box box : Boxes.covering(shape, all, at, deadline)) {
      TensorView view = views.get(box);
      if (view != null) {
        placed.add(new Piece(view, box.offsets()));
      }
    }
    return ShardedContent.of(shape, dtype, shape, placed);
  }

  private static Map<String, Shape> offsets(SafetensorsFile file, Place place)
      throws MalformedException {
    String text = file.metadata().get(SHARDING);
    if (text == null) {
      throw new MalformedException(place, "its metadata have no " + SHARDING);
    }
    Map<String, Shape> offsets = new HashMap<>();
    try (JsonReader json = new JsonReader(new StringReader(text))) {
      json.setStrictness(Strictness.STRICT);
      json.beginObject();
      while (json.hasNext()) {
        String name = json.nextName();
        List<Long> begin = new ArrayList<>();
        json.beginObject();
        while (json.hasNext()) {
          if (json.nextName().equals(OFFSETS)) {
            json.beginArray();
            while (json.hasNext()) {
              begin.add(json.nextLong());
            }
            json.endArray();
          } else {
            json.skipValue();
          }
        }
        json.endObject();
        long[] numbers = begin.stream().mapToLong(Long::longValue).toArray();
        if (offsets.put(name, Shape.of(numbers)) != null) {
          throw new MalformedException(place, SHARDING + " has a tensor twice");
        }
      }
      json.endObject();
    } catch (IOException | IllegalStateException | NumberFormatException | JsonParseException e) {
      throw new MalformedException(place, SHARDING + " in its metadata is not what PyTorch writes");
    }
    return offsets;
  }

  private void close() throws IOException {
    for (SafetensorsFile file : files.reversed()) {
      file.close();
    }
  }
}
