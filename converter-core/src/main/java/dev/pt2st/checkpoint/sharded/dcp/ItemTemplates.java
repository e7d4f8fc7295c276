package dev.pt2st.checkpoint.sharded.dcp;

import dev.pt2st.archive.Container;
import dev.pt2st.archive.ZipEntry;
import dev.pt2st.archive.ZipTemplate;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.io.ByteSource;
import dev.pt2st.pickle.analysis.PickleTrace;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.PieceTable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Kinds of items that have been read. An item whose bytes equal those of an earlier item, except
 * for the elements and checksums of them, has the same meaning and need not be read again: a
 * million items are of only a few kinds.
 *
 * <p>Everything that could make a difference is checked: what the archive reader checks ({@link
 * ZipTemplate}), and whether the elements may begin a pickle. An item that fits no template is read
 * like any file.
 */
final class ItemTemplates {
  private static final int MOST_OF_A_SIZE = 16;
  private static final int MOST = 1 << 12;

  /**
   * The hash that {@code torch.save} makes of the checksums of all records: 40 digits that no
   * reader uses.
   */
  private static final String SERIALIZATION_ID = "/.data/serialization_id";

  private static final int PICKLE_START = 2;

  private final Map<Long, List<Template>> bySize = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();

  /**
   * A kind of items.
   *
   * @param elements the record with the tensor's elements
   */
  private record Template(ZipTemplate zip, ZipTemplate.Free elements, PieceTable.Layout layout) {
    boolean fits(MemorySegment item, byte[] buffer) {
      if (!zip.fits(item, buffer)) {
        return false;
      }
      for (ZipTemplate.Free record : zip.free()) {
        MemorySegment content = item.asSlice(record.offset(), record.size());
        boolean isElements = record.offset() == elements.offset();
        if (isElements ? mayBePickle(content) : !areDigits(content)) {
          return false;
        }
      }
      return true;
    }

    private static boolean mayBePickle(MemorySegment content) {
      long length = Math.min(PICKLE_START, content.byteSize());
      return PickleTrace.isAnnounced(content.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
    }

    /** Digits are neither opcodes that name a global, nor lead to such opcodes. */
    private static boolean areDigits(MemorySegment content) {
      for (long i = 0; i < content.byteSize(); i++) {
        byte digit = content.get(ValueLayout.JAVA_BYTE, i);
        if (digit < '0' || digit > '9') {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * The content of an item of a known kind; else null.
   *
   * @param buffer of the calling thread, as {@link ZipTemplate#fits} requires
   */
  @Nullable OpenedItem find(MemorySegment item, byte[] buffer) {
    for (Template template : bySize.getOrDefault(item.byteSize(), List.of())) {
      if (template.fits(item, buffer)) {
        return new OpenedItem(
            template.layout,
            template.elements.offset(),
            ZipTemplate.crc32(item, template.elements));
      }
    }
    return null;
  }

  /**
   * Adds the kind of an item that was read.
   *
   * @param view the tensor that it holds, which has elements
   */
  OpenedItem add(Checkpoint read, TensorView view) {
    if (!(view.storage().source() instanceof ByteSource.Stored stored)) {
      return new OpenedItem(new PieceTable.Layout(view, false), 0, 0);
    }
    PieceTable.Layout layout = new PieceTable.Layout(view, true);
    if (read.container() instanceof Container.TorchZip zip
        && read.tensors() == 1
        && read.storages().size() == 1
        && read.furtherGlobals().isEmpty()
        && read.openedBytes().isEmpty()) {
      add(zip, stored, layout);
    }
    return new OpenedItem(layout, stored.offset(), stored.crc32().orElse(0));
  }

  private void add(Container.TorchZip zip, ByteSource.Stored stored, PieceTable.Layout layout) {
    ZipTemplate template =
        ZipTemplate.of(
            zip.file(),
            zip.archive(),
            entry -> isAt(stored, entry) || entry.key().endsWith(SERIALIZATION_ID));
    List<Template> known = bySize.getOrDefault(zip.file().size(), List.of());
    if (template == null || known.size() >= MOST_OF_A_SIZE || count.incrementAndGet() > MOST) {
      return;
    }
    for (ZipTemplate.Free record : template.free()) {
      if (isAt(stored, record.entry())) {
        Template made = new Template(template, record, layout);
        bySize.merge(zip.file().size(), List.of(made), ItemTemplates::joined);
      }
    }
  }

  /** Compares offsets, as no two records begin at the same byte. */
  private static boolean isAt(ByteSource.Stored record, ZipEntry entry) {
    return entry.bytes() instanceof ByteSource.Stored other && other.offset() == record.offset();
  }

  private static List<Template> joined(List<Template> known, List<Template> more) {
    List<Template> joined = new ArrayList<>(known);
    joined.addAll(more);
    return List.copyOf(joined);
  }
}
