package dev.pt2st.checkpoint.sharded.dcp;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.archive.ZipTemplate;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.sharded.folder.Boxes.Box;
import dev.pt2st.checkpoint.sharded.folder.FolderParts;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.PieceTable;
import dev.pt2st.torch.value.TensorValue;
import dev.pt2st.work.ParallelTasks;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of all tensors of a distributed checkpoint. Each is an item, a file of {@code
 * torch.save}, which is opened to check that it is what the metadata declare.
 */
final class DcpPieces {
  /** The number of items that a thread opens at a time. */
  private static final int BLOCK = 1 << 8;

  private static final int MOST_THREADS = 4;

  /** Opening an item costs about as much as reading this many bytes. */
  private static final long ITEM_BYTES = 1 << 13;

  private final FolderParts parts;
  private final DcpItems items;
  private String[] names = new String[16];
  private DType[] dtypes = new DType[16];
  private Shape[] offsets = new Shape[16];
  private Shape[] sizes = new Shape[16];
  private int size;

  DcpPieces(FolderParts parts, DcpItems items) {
    this.parts = parts;
    this.items = items;
  }

  /** Adds the piece of the next item. */
  void add(String name, DType dtype, Box box) {
    if (size == names.length) {
      int grown = Math.addExact(size, size >> 1);
      names = Arrays.copyOf(names, grown);
      dtypes = Arrays.copyOf(dtypes, grown);
      offsets = Arrays.copyOf(offsets, grown);
      sizes = Arrays.copyOf(sizes, grown);
    }
    names[size] = name;
    dtypes[size] = dtype;
    offsets[size] = box.offsets();
    sizes[size] = box.sizes();
    size++;
  }

  /** The failure of a piece. */
  private record Failure(int piece, CheckpointException why) {}

  /** Opens all pieces. */
  PieceTable open() throws CheckpointException, IOException {
    int[] file = new int[size];
    long[] start = new long[size];
    int[] crc = new int[size];
    PieceTable.Layout[] layouts = new PieceTable.Layout[size];
    ItemTemplates templates = new ItemTemplates();
    AtomicReference<@Nullable Failure> first = new AtomicReference<>();
    ParallelTasks.run(
        (size + BLOCK - 1) / BLOCK,
        size * ITEM_BYTES,
        MOST_THREADS,
        () -> {
          byte[] buffer = new byte[ZipTemplate.BUFFER];
          return block -> {
            int piece = block * BLOCK;
            Failure known = first.get();
            if (known != null && known.piece < piece) {
              return;
            }
            try {
              for (; piece < Math.min(size, (block + 1) * BLOCK); piece++) {
                OpenedItem item = open(piece, templates, buffer);
                file[piece] = items.file(piece);
                start[piece] = items.offset(piece) + item.start();
                crc[piece] = item.crc();
                layouts[piece] = item.layout();
              }
            } catch (CheckpointException e) {
              Failure own = new Failure(piece, e);
              first.accumulateAndGet(
                  own, (one, other) -> one == null || other.piece < one.piece ? other : one);
            }
          };
        });
    Failure failure = first.get();
    if (failure != null) {
      throw failure.why;
    }
    return new PieceTable(items.files(), file, start, crc, layouts, offsets);
  }

  private OpenedItem open(int piece, ItemTemplates templates, byte[] buffer)
      throws CheckpointException, IOException {
    OpenedItem known = templates.find(items.bytes(piece), buffer);
    if (known != null && isDeclared(known.layout().view(), piece)) {
      parts.readAgain();
      return known;
    }
    MappedFile part = items.part(piece, names[piece]);
    Checkpoint read = parts.readSaved(part);
    return templates.add(read, view(read.top(), part, piece));
  }

  private boolean isDeclared(TensorView view, int piece) {
    return view.dtype() == dtypes[piece] && view.shape().equals(sizes[piece]);
  }

  /** The only tensor of an item, which must be as declared. */
  private TensorView view(Value top, MappedFile part, int piece) throws CheckpointException {
    Place place = Place.of(part.name());
    if (!(top instanceof TensorValue value)
        || !(value.content() instanceof TensorValue.Strided(TensorView view))) {
      throw new MalformedException(
          place, "it is not a tensor with elements, although declared as one");
    }
    if (view.dtype() != dtypes[piece]) {
      throw new MalformedException(
          place,
          "it is of dtype "
              + view.dtype().torchName()
              + ", and .metadata says "
              + dtypes[piece].torchName());
    }
    if (!view.shape().equals(sizes[piece])) {
      throw new MalformedException(
          place, "its sizes are " + view.shape() + ", and .metadata says " + sizes[piece]);
    }
    if (view.storage().source() == null) {
      throw new MalformedException(place.ofTensor(names[piece]), view.storage().whyMissing());
    }
    return view;
  }
}
