package dev.pt2st.checkpoint.sharded;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.sharded.FairscaleMetadata.FlatParameter;
import dev.pt2st.checkpoint.sharded.FairscaleMetadata.Part;
import dev.pt2st.checkpoint.sharded.folder.FolderKind;
import dev.pt2st.checkpoint.sharded.folder.FolderNames;
import dev.pt2st.checkpoint.sharded.folder.FolderParts;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.TensorValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the shards that trainers with fairscale's FSDP write, such as metaseq's and fairseq's: each
 * rank has a part of the flat tensors, and describes which parameters they contain ({@code
 * _get_shard} and {@code consolidate_shard_weights} of {@code
 * fairscale/nn/data_parallel/fully_sharded_data_parallel.py}).
 */
final class FairscaleReader {
  private static final Pattern NAME =
      Pattern.compile(FolderKind.Parts.FAIRSCALE_SHARD, Pattern.DOTALL);

  /** The key under which trainers save the state dict. */
  static final Value MODEL = new Value.Text("model");

  private final FolderParts parts;
  private final Place folder;

  /** One for each rank, in order. */
  private final List<Place> places = new ArrayList<>();

  private final List<DictValue> models = new ArrayList<>();
  private final List<FairscaleMetadata> metadata = new ArrayList<>();

  private final Map<String, Value> found = new LinkedHashMap<>();
  private final Set<String> known = new HashSet<>();
  private long tensors;
  private long bytes;

  private FairscaleReader(FolderParts parts) {
    this.parts = parts;
    this.folder = parts.files().place();
  }

  static Checkpoint read(FolderParts parts) throws CheckpointException, IOException {
    return new FairscaleReader(parts).read();
  }

  private Checkpoint read() throws CheckpointException, IOException {
    DictValue top = new DictValue(DictValue.Kind.DICT);
    for (String name : names()) {
      MappedFile file = parts.files().open(name, folder);
      Checkpoint shard = parts.readSaved(file);
      Place place = Place.of(file.name());
      if (!(shard.top() instanceof DictValue state)
          || !(state.get(MODEL) instanceof DictValue model)) {
        throw new MalformedException(place, "it holds no state dict under \"model\"");
      }
      places.add(place);
      models.add(model);
      metadata.add(FairscaleMetadata.of(FairscaleMetadata.in(state), place));
      tensors += shard.tensors();
      for (Storage storage : shard.storages()) {
        bytes += storage.byteSize();
      }
      if (models.size() == 1) {
        addValues(state, top);
      }
    }
    checkSame();
    for (int i = 0; i < first().parameters().size(); i++) {
      addParameters(i);
    }
    addBuffers();
    addAliases();
    checkNothingIsLeft();
    DictValue whole = new DictValue(DictValue.Kind.DICT);
    found.forEach((name, value) -> whole.put(new Value.Text(name), value));
    top.put(MODEL, whole);
    if (tensors > 0) {
      parts.leaveOut("optimizer and other states of " + models.size() + " ranks", tensors, bytes);
    }
    return parts.checkpoint(
        parts.files().opened().getFirst(),
        "shards of fairscale, of " + models.size() + " ranks",
        top);
  }

  private FairscaleMetadata first() {
    return metadata.getFirst();
  }

  /** The names of the files, in the order of their ranks. */
  private List<String> names() throws CheckpointException, IOException {
    TreeMap<String, TreeMap<Integer, String>> sets = new TreeMap<>();
    for (Path part : parts.folder().parts()) {
      String name = String.valueOf(part.getFileName());
      Matcher matcher = NAME.matcher(name);
      if (matcher.matches()) {
        sets.computeIfAbsent(matcher.group(1), key -> new TreeMap<>())
            .put(FolderNames.number(matcher.group(2)), name);
      }
    }
    if (sets.size() != 1) {
      throw new RefusedException(
          folder,
          "there are several checkpoints in this folder, " + String.join(", ", sets.keySet()),
          new Remedy.Advice("put the shards of one into a folder of its own"));
    }
    TreeMap<Integer, String> shards = sets.firstEntry().getValue();
    int expected = 0;
    for (int rank : shards.keySet()) {
      if (rank != expected) {
        throw new MalformedException(
            folder,
            "the shard of rank " + expected + " is missing",
            new Remedy.FetchAgain("get the whole folder again"));
      }
      expected++;
    }
    return List.copyOf(shards.values());
  }

  /**
   * Adds the values of the first shard beside the model. Values with tensors belong to a rank, and
   * are omitted.
   */
  private static void addValues(DictValue state, DictValue top) {
    for (DictValue.Entry entry : state.entries()) {
      boolean isOurs = entry.key().equals(MODEL) || FairscaleMetadata.isKey(entry.key());
      if (!isOurs && !TensorsWithin.has(entry.value())) {
        top.put(entry.key(), entry.value());
      }
    }
  }

  /** Checks that all ranks have the same metadata except for the padding. */
  private void checkSame() throws MalformedException {
    for (int rank = 1; rank < metadata.size(); rank++) {
      FairscaleMetadata own = metadata.get(rank);
      boolean isSame =
          own.aliases().equals(first().aliases())
              && own.buffers().equals(first().buffers())
              && own.parameters().size() == first().parameters().size();
      for (int i = 0; isSame && i < own.parameters().size(); i++) {
        FlatParameter one = first().parameters().get(i);
        FlatParameter other = own.parameters().get(i);
        isSame = one.key().equals(other.key()) && one.parts().equals(other.parts());
      }
      if (!isSame) {
        throw new MalformedException(
            places.get(rank), "its metadata is not that of rank 0 but for the padding");
      }
    }
  }

  /** Concatenates the parts of a flat tensor, and cuts its parameters out of it. */
  private void addParameters(int index) throws MalformedException {
    FlatParameter flat = first().parameters().get(index);
    long elements = flat.elements();
    int ranks = models.size();
    long part = elements / ranks + (elements % ranks == 0 ? 0 : 1);
    List<TensorView> rows = new ArrayList<>(ranks);
    DType dtype = part(0, flat).dtype();
    for (int rank = 0; rank < ranks; rank++) {
      Place place = places.get(rank).ofTensor(flat.key());
      TensorView view = part(rank, flat);
      long begin = Math.min(elements, part * rank);
      long own = Math.min(part, elements - begin);
      long padding = metadata.get(rank).parameters().get(index).padding();
      if (view.elementCount() != part || padding != part - own) {
        throw new MalformedException(
            place,
            "it has "
                + view.elementCount()
                + " elements, "
                + padding
                + " of them padding; of "
                + elements
                + " elements on "
                + ranks
                + " ranks it would have "
                + part
                + ", "
                + (part - own)
                + " of them padding",
            new Remedy.FetchAgain("get the whole folder again"));
      }
      if (view.dtype() != dtype) {
        throw new MalformedException(
            place,
            "it is of dtype "
                + view.dtype().torchName()
                + ", and at rank 0 of "
                + dtype.torchName());
      }
      rows.addAll(FlatPieces.slice(List.of(view), 0, own));
      use(view);
    }
    known.add(flat.key());
    long at = 0;
    for (Part made : flat.parts()) {
      long count = made.shape().elementCount();
      put(
          made.name(),
          new TensorValue(
              FlatPieces.assemble(made.shape(), dtype, FlatPieces.slice(rows, at, count))));
      at += count;
    }
  }

  /** A rank's part of a flat tensor, including the padding. */
  private TensorView part(int rank, FlatParameter flat) throws MalformedException {
    Place place = places.get(rank).ofTensor(flat.key());
    Value value = models.get(rank).get(new Value.Text(flat.key()));
    if (value == null) {
      throw new MalformedException(place, "its metadata names it, and it is not there");
    }
    return ZeroModel.flat(value, place);
  }

  private void use(TensorView view) {
    tensors--;
    bytes -= view.byteSize();
  }

  private void put(String name, Value value) throws MalformedException {
    if (found.putIfAbsent(name, value) != null) {
      throw new MalformedException(folder.ofTensor(name), "its metadata names it twice");
    }
  }

  /** Adds buffers. Every rank has all of them; non-persistent ones only have a name. */
  private void addBuffers() throws MalformedException {
    for (String name : first().buffers()) {
      Value key = new Value.Text(name);
      if (models.stream().allMatch(model -> model.get(key) == null)) {
        continue;
      }
      TensorView copy = null;
      for (int rank = 0; rank < models.size(); rank++) {
        Place place = places.get(rank).ofTensor(name);
        if (!(models.get(rank).get(key) instanceof TensorValue tensor)
            || !(tensor.content() instanceof TensorValue.Strided(TensorView view))
            || view.storage().source() == null) {
          throw new MalformedException(place, "this buffer is not a tensor with elements");
        }
        if (copy != null && !SameBits.in(copy, view)) {
          throw new MalformedException(
              folder.ofTensor(name),
              "the copies that several ranks have of this buffer differ, and nothing says which is"
                  + " right",
              new Remedy.Advice("save it again from a run in which they agree"));
        }
        copy = copy == null ? view : copy;
        use(view);
      }
      known.add(name);
      if (copy != null) {
        put(name, new TensorValue(new TensorValue.Strided(copy)));
      }
    }
  }

  private void addAliases() throws MalformedException {
    for (Map.Entry<String, String> alias : first().aliases().entrySet()) {
      if (!(found.get(alias.getValue()) instanceof TensorValue tensor)) {
        throw new MalformedException(
            folder.ofTensor(alias.getKey()),
            "it is another name of \"" + alias.getValue() + "\", which is not there");
      }
      put(alias.getKey(), tensor.alias());
    }
  }

  /** Refuses tensors without metadata, as it is unknown how their parts belong together. */
  private void checkNothingIsLeft() throws MalformedException {
    for (int rank = 0; rank < models.size(); rank++) {
      for (DictValue.Entry entry : models.get(rank).entries()) {
        String name = entry.key() instanceof Value.Text text ? text.value() : "?";
        if (!known.contains(name) && TensorsWithin.has(entry.value())) {
          throw new MalformedException(
              places.get(rank).ofTensor(name),
              "it is neither a parameter nor a buffer by its metadata, so nothing says what it is a"
                  + " part of");
        }
      }
    }
  }
}
