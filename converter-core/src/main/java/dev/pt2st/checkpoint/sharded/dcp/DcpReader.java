package dev.pt2st.checkpoint.sharded.dcp;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.sharded.dcp.DcpMetadata.Declared;
import dev.pt2st.checkpoint.sharded.folder.Boxes;
import dev.pt2st.checkpoint.sharded.folder.Boxes.Box;
import dev.pt2st.checkpoint.sharded.folder.FolderCheckpoint;
import dev.pt2st.checkpoint.sharded.folder.FolderNames;
import dev.pt2st.checkpoint.sharded.folder.FolderParts;
import dev.pt2st.checkpoint.sharded.folder.MetadataValue;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.Value;
import dev.pt2st.torch.value.PieceTable;
import dev.pt2st.torch.value.ShardedContent;
import dev.pt2st.torch.value.TensorValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a distributed checkpoint ({@code torch/distributed/checkpoint}): {@code .metadata} says
 * which files contain the pieces of each tensor, and each piece is a complete {@code torch.save}
 * file within such a file.
 */
public final class DcpReader {
  private final FolderParts parts;

  public DcpReader(FolderParts parts) {
    this.parts = parts;
  }

  /** The results from {@code .metadata}; nothing else of it is kept. */
  private record Found(List<Entry> entries, DcpMetadata.Paths paths) {}

  /**
   * A tensor in pieces, or a value.
   *
   * @param declared null for a value
   * @param from the number of its first item
   * @param to the number after its last item
   */
  private record Entry(String name, @Nullable Declared declared, int from, int to) {}

  public Checkpoint read() throws CheckpointException, IOException {
    MappedFile file = metadata();
    Place place = Place.of(file.name());
    DcpItems items =
        parts.closing(
            new DcpItems(parts.files(), place, parts.options().limits(), parts.scratch()));
    DcpPieces pieces = new DcpPieces(parts, items);
    Found found = find(file, place, items, pieces);
    items.end();
    PieceTable table = pieces.open();
    Tree tree = new Tree(place);
    for (Entry entry : found.entries) {
      Declared declared = entry.declared;
      Value value;
      if (declared == null) {
        value = parts.readSaved(items.part(entry.from, entry.name)).top();
      } else {
        value =
            new TensorValue(
                ShardedContent.of(
                    declared.shape(),
                    declared.dtype(),
                    declared.shape(),
                    table.pieces(entry.from, entry.to)));
      }
      tree.put(found.paths.of(entry.name), entry.name, value);
    }
    return parts.checkpoint(file, layout(parts.files().opened().size() - 1), tree.top());
  }

  /** Finds the items of everything that is declared: first those of the tensors, in order. */
  private Found find(MappedFile file, Place place, DcpItems items, DcpPieces pieces)
      throws CheckpointException, IOException {
    DcpMetadata metadata = DcpMetadata.of(parts.readMetadata(file).top(), place);
    List<Entry> entries = new ArrayList<>(metadata.entries().size());
    for (int i = 0; i < metadata.entries().size(); i++) {
      DcpMetadata.Entry entry = metadata.entries().get(i);
      MetadataValue.Tensor tensor = entry.tensor();
      if (tensor != null) {
        Place of = place.ofTensor(entry.name());
        Declared declared = DcpMetadata.declared(tensor, of);
        List<Box> boxes = Boxes.covering(declared.shape(), declared.pieces(), of, parts.deadline());
        int from = items.size();
        List<MetadataValue.Info> infos = metadata.items().of(i, entry.name(), boxes);
        for (int piece = 0; piece < boxes.size(); piece++) {
          items.add(entry.name(), infos.get(piece));
          pieces.add(entry.name(), declared.dtype(), boxes.get(piece));
        }
        entries.add(
            new Entry(
                entry.name(),
                new Declared(declared.dtype(), declared.shape(), List.of()),
                from,
                items.size()));
      }
    }
    for (int i = 0; i < metadata.entries().size(); i++) {
      DcpMetadata.Entry entry = metadata.entries().get(i);
      if (entry.tensor() == null) {
        items.add(entry.name(), metadata.items().ofValue(i, entry.name()));
        entries.add(new Entry(entry.name(), null, items.size() - 1, items.size()));
      }
    }
    return new Found(entries, metadata.paths());
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
}
