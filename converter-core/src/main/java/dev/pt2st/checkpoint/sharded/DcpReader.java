package dev.pt2st.checkpoint.sharded;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.sharded.Boxes.Box;
import dev.pt2st.checkpoint.sharded.DcpMetadata.Declared;
import dev.pt2st.checkpoint.sharded.DcpMetadata.ItemKey;
import dev.pt2st.checkpoint.sharded.DcpMetadata.StoredItem;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.ShardedContent;
import dev.pt2st.torch.value.ShardedContent.Piece;
import dev.pt2st.torch.value.TensorValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a distributed checkpoint ({@code torch/distributed/checkpoint}): {@code .metadata} says of
 * each tensor in which files its pieces are, and each piece is a file of {@code torch.save} for
 * itself within such a file.
 */
final class DcpReader {
  private final FolderParts parts;

  DcpReader(FolderParts parts) {
    this.parts = parts;
  }

  Checkpoint read() throws CheckpointException, IOException {
    MappedFile file = metadata();
    Place place = Place.of(file.name());
    DcpMetadata metadata = DcpMetadata.of(parts.readPickle(file).top(), place);
    Map<String, List<Box>> boxes = new LinkedHashMap<>();
    for (Map.Entry<String, Declared> tensor : metadata.tensors().entrySet()) {
      Declared declared = tensor.getValue();
      boxes.put(
          tensor.getKey(),
          Boxes.covering(
              declared.shape(),
              declared.pieces(),
              place.ofTensor(tensor.getKey()),
              parts.deadline()));
    }
    DcpItems items = parts.closing(new DcpItems(parts.files(), place, parts.options().limits()));
    items.open(wanted(metadata, boxes, place), parts.scratch());
    Tree tree = new Tree(place);
    for (Map.Entry<String, Declared> tensor : metadata.tensors().entrySet()) {
      String name = tensor.getKey();
      put(
          tree,
          metadata,
          name,
          tensor(tensor, boxes.getOrDefault(name, List.of()), metadata, items, place));
    }
    for (String name : metadata.values()) {
      ItemKey key = new ItemKey(name, null);
      Checkpoint value = parts.readSaved(items.of(key, item(metadata, key, place)));
      put(tree, metadata, name, value.top());
    }
    return parts.checkpoint(file, layout(parts.files().opened().size() - 1), tree.top());
  }

  private static String layout(int files) {
    return "distributed checkpoint (DCP) of " + files + (files == 1 ? " file" : " files");
  }

  private MappedFile metadata() throws CheckpointException, IOException {
    Path folder = parts.folder().folder();
    Place place = parts.files().place();
    if (Files.exists(folder.resolve(FolderCheckpoint.METADATA))) {
      return parts.files().open(FolderCheckpoint.METADATA, place);
    }
    for (Path part : parts.folder().parts()) {
      if (FolderNames.RANK_METADATA.matcher(String.valueOf(part.getFileName())).matches()) {
        throw new RefusedException(
            place,
            "each process has written a .metadata of its own, as PyTorch does it with"
                + " use_collectives=False, and these are not read",
            new Remedy.Advice("load it with PyTorch, and save it with collectives"));
      }
    }
    throw new MalformedException(
        place,
        "its file .metadata is missing: it was not saved to the end, or not copied as a whole",
        new Remedy.FetchAgain("get the whole folder again, with its hidden files"));
  }

  /** What is read: each piece with elements, and each value. */
  private Map<ItemKey, StoredItem> wanted(
      DcpMetadata metadata, Map<String, List<Box>> boxes, Place place) throws MalformedException {
    Map<ItemKey, StoredItem> wanted = new LinkedHashMap<>();
    for (Map.Entry<String, List<Box>> tensor : boxes.entrySet()) {
      for (Box box : tensor.getValue()) {
        ItemKey key = new ItemKey(tensor.getKey(), box.offsets());
        wanted.put(key, item(metadata, key, place));
      }
    }
    for (String name : metadata.values()) {
      ItemKey key = new ItemKey(name, null);
      wanted.put(key, item(metadata, key, place));
    }
    return wanted;
  }

  private static StoredItem item(DcpMetadata metadata, ItemKey key, Place place)
      throws MalformedException {
    StoredItem item = metadata.items().get(key);
    if (item == null) {
      throw new MalformedException(
          place.ofTensor(key.name()),
          (key.offsets() == null ? "it" : "its piece at " + key.offsets())
              + " is in no file: nothing says where it was stored");
    }
    return item;
  }

  private TensorValue tensor(
      Map.Entry<String, Declared> tensor,
      List<Box> boxes,
      DcpMetadata metadata,
      DcpItems items,
      Place place)
      throws CheckpointException, IOException {
    String name = tensor.getKey();
    Declared declared = tensor.getValue();
    List<Piece> pieces = new ArrayList<>(boxes.size());
    for (Box box : boxes) {
      ItemKey key = new ItemKey(name, box.offsets());
      MappedFile part = items.of(key, item(metadata, key, place));
      pieces.add(new Piece(view(part, declared, box, name), box.offsets()));
    }
    return new TensorValue(
        ShardedContent.of(declared.shape(), declared.dtype(), declared.shape(), pieces));
  }

  /** The one tensor of an item: what is declared of it must be what it is. */
  private TensorView view(MappedFile part, Declared declared, Box box, String name)
      throws CheckpointException {
    Place place = Place.of(part.name());
    Value top = parts.readSaved(part).top();
    if (!(top instanceof TensorValue value)
        || !(value.content() instanceof TensorValue.Strided(TensorView view))) {
      throw new MalformedException(place, "it is no tensor with elements, and declared as one");
    }
    if (view.dtype() != declared.dtype()) {
      throw new MalformedException(
          place,
          "it is of dtype "
              + view.dtype().torchName()
              + ", and .metadata says "
              + declared.dtype().torchName());
    }
    if (!view.shape().equals(box.sizes())) {
      throw new MalformedException(
          place, "its sizes are " + view.shape() + ", and .metadata says " + box.sizes());
    }
    if (view.storage().source() == null) {
      throw new MalformedException(place.ofTensor(name), view.storage().whyMissing());
    }
    return view;
  }

  private static void put(Tree tree, DcpMetadata metadata, String name, Value value)
      throws MalformedException {
    Map<String, List<Value>> paths = metadata.paths();
    List<Value> path = paths == null ? null : paths.get(name);
    tree.put(path == null ? List.of(new Value.Text(name)) : path, name, value);
  }
}
