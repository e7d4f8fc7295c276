package dev.pt2st.torch;

import dev.pt2st.CheckpointException;
import dev.pt2st.Deadline;
import dev.pt2st.Place;
import dev.pt2st.archive.ZipArchive;
import dev.pt2st.archive.ZipEntry;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.RecordBytes;
import dev.pt2st.pickle.GlobalName;
import dev.pt2st.pickle.GlobalTracer;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.PickleTrace;
import dev.pt2st.pickle.TracedGlobal;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Finds pickles in the archive of a checkpoint that are no part of it: PyTorch never reads them,
 * but whoever unpacks the archive might. Of each record only the first bytes are looked at, unless
 * they may begin a pickle.
 */
final class FurtherPickles {
  private static final int START = 2;

  private static final int STORAGE_START = 1 << 16;

  private final MappedFile file;
  private final ZipArchive archive;
  private final ReadSettings settings;
  private final Predicate<GlobalName> known;

  FurtherPickles(MappedFile file, ZipArchive archive, ReadSettings settings) {
    this(file, archive, settings, name -> false);
  }

  /**
   * @param known names that the pickles of such an archive may have beside those of the list
   */
  FurtherPickles(
      MappedFile file, ZipArchive archive, ReadSettings settings, Predicate<GlobalName> known) {
    this.known = known;
    this.file = file;
    this.archive = archive;
    this.settings = settings;
  }

  /**
   * The globals that such pickles name and that are not on the list.
   *
   * @param read the pickles that belong to the checkpoint
   * @param storages the records of its storages, in which any bytes may stand
   * @throws CheckpointException if one of them is over a limit or cannot be decompressed
   */
  List<GlobalValue> globals(Set<ZipEntry> read, Set<ByteSource> storages)
      throws CheckpointException {
    Deadline deadline = new Deadline(settings.limits());
    List<GlobalValue> globals = new ArrayList<>();
    for (ZipEntry entry : archive.entries()) {
      byte[] start = RecordBytes.start(entry.bytes(), START);
      boolean isStorage = storages.contains(entry.bytes());
      boolean mayBePickle =
          isStorage ? PickleTrace.isAnnounced(start) : PickleTrace.mayBegin(start);
      if (mayBePickle && !read.contains(entry)) {
        addGlobals(entry, isStorage, deadline, globals);
      }
    }
    return globals;
  }

  private void addGlobals(
      ZipEntry entry, boolean isStorage, Deadline deadline, List<GlobalValue> globals)
      throws CheckpointException {
    Place place = Place.of(file.path()).inEntry(entry.name());
    ByteCursor in = new ByteCursor(bytes(entry, isStorage, place), place);
    PickleTrace trace = GlobalTracer.trace(in, settings.limits(), deadline);
    for (TracedGlobal global : trace.evidentGlobals()) {
      GlobalName name = TorchDomain.currentName(global.name());
      GlobalValue.Standing standing = settings.policy().standing(name);
      if (standing != GlobalValue.Standing.LISTED && !known.test(name)) {
        GlobalValue value =
            new GlobalValue(name, global.written(), standing, place.at(global.offset()));
        value.note(global.use());
        globals.add(value);
      }
    }
  }

  /** All of a record; of a compressed storage, which may be large, the beginning. */
  private MemorySegment bytes(ZipEntry entry, boolean isStorage, Place place)
      throws CheckpointException {
    if (entry.bytes() instanceof ByteSource.Deflated) {
      if (isStorage) {
        return MemorySegment.ofArray(RecordBytes.start(entry.bytes(), STORAGE_START));
      }
      settings.checkPickleSize(entry.bytes().size(), place);
    }
    // Whatever its CRC-32: a reader that does not check it would see these bytes.
    return RecordBytes.read(entry.bytes(), file, settings.limits(), false, place);
  }
}
