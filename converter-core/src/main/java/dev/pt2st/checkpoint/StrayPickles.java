package dev.pt2st.checkpoint;

import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalName;
import dev.pt2st.GlobalStanding;
import dev.pt2st.GlobalUse;
import dev.pt2st.Place;
import dev.pt2st.TracedGlobal;
import dev.pt2st.archive.ZipArchive;
import dev.pt2st.archive.ZipEntry;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.RecordBytes;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.analysis.GlobalTracer;
import dev.pt2st.pickle.analysis.PickleTrace;
import dev.pt2st.torch.Allowlist;
import dev.pt2st.torch.GlobalTable;
import dev.pt2st.torch.ReadSettings;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Finds pickles in the archive of a checkpoint, or after its end, that are not part of it. PyTorch
 * never reads them, but a program that unpacks the archive might. Only the first bytes of each
 * record are read, unless they may begin a pickle.
 */
final class StrayPickles {
  private static final int START = 2;

  private static final int STORAGE_START = 1 << 16;

  private final MappedFile file;
  private final ReadSettings settings;
  private final Predicate<GlobalName> known;
  private final List<GlobalValue> globals = new ArrayList<>();

  StrayPickles(MappedFile file, ReadSettings settings) {
    this(file, settings, name -> false);
  }

  /**
   * @param known globals that pickles of such an archive may name besides the allowlist
   */
  StrayPickles(MappedFile file, ReadSettings settings, Predicate<GlobalName> known) {
    this.known = known;
    this.file = file;
    this.settings = settings;
  }

  /** The globals of a pickle that begins after the end of a checkpoint. */
  List<GlobalValue> behind(long end) {
    if (PickleTrace.mayBegin(file.start(end, START))) {
      addGlobals(file.cursor(Place.of(file.name()), end, file.size() - end), false);
    }
    return globals;
  }

  /**
   * The unlisted globals that such pickles name.
   *
   * @param archive the archive of the checkpoint
   * @param read the pickles that belong to the checkpoint
   * @param storages the records of its storages, which may contain any bytes
   * @throws CheckpointException if one of them is over a limit or cannot be decompressed
   */
  List<GlobalValue> in(ZipArchive archive, Set<ZipEntry> read, StorageEntries storages)
      throws CheckpointException {
    for (ZipEntry entry : archive.entries()) {
      byte[] start = RecordBytes.start(entry.bytes(), START);
      boolean isStorage = storages.contains(entry.bytes());
      boolean mayBePickle =
          isStorage ? PickleTrace.isAnnounced(start) : PickleTrace.mayBegin(start);
      if (mayBePickle && !read.contains(entry)) {
        Place place = Place.of(file.name()).inEntry(entry.name());
        addGlobals(new ByteCursor(bytes(entry, isStorage, place), place), isStorage);
      }
    }
    return globals;
  }

  private void addGlobals(ByteCursor in, boolean isStorage) {
    Place place = in.place();
    PickleTrace trace = GlobalTracer.reach(in, settings.limits(), settings.deadline(), given -> {});
    for (TracedGlobal global : counting(trace, isStorage)) {
      GlobalName name = GlobalTable.currentName(global.name());
      GlobalStanding standing = Allowlist.standing(name, settings.policy());
      if (standing != GlobalStanding.LISTED && !known.test(name)) {
        GlobalValue value =
            new GlobalValue(name, global.written(), standing, place.at(global.offset()));
        value.note(global.use());
        if (global.use() == GlobalUse.CALLED && !global.calls().isEmpty()) {
          value.noteCall(name + global.calls().getFirst().arguments());
        }
        globals.add(value);
      }
    }
  }

  /**
   * A text may begin like a pickle that names a global; that alone does not prevent a conversion.
   */
  private static List<TracedGlobal> counting(PickleTrace trace, boolean isStorage) {
    if (isStorage) {
      return trace.globalsInData();
    }
    return trace.isMoreThanNames() ? trace.counting() : List.of();
  }

  /** All bytes of a record, or the beginning of a compressed storage, which may be large. */
  private MemorySegment bytes(ZipEntry entry, boolean isStorage, Place place)
      throws CheckpointException {
    if (entry.bytes() instanceof ByteSource.Deflated) {
      if (isStorage) {
        return MemorySegment.ofArray(RecordBytes.start(entry.bytes(), STORAGE_START));
      }
      settings.checkPickleSize(entry.bytes().size(), place);
    }
    // The CRC-32 is ignored: a reader that does not check it would see these bytes.
    return RecordBytes.read(entry.bytes(), file, settings.limits(), false, place);
  }
}
