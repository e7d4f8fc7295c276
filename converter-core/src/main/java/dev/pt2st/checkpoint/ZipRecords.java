package dev.pt2st.checkpoint;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.archive.ZipArchive;
import dev.pt2st.archive.ZipEntry;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.RecordBytes;
import dev.pt2st.pickle.Domain;
import dev.pt2st.pickle.HeapBudget;
import dev.pt2st.pickle.Unpickler;
import dev.pt2st.pickle.Value;
import dev.pt2st.torch.ReadSettings;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads records of a ZIP as a whole: its pickles and small texts. */
final class ZipRecords {
  private static final long SMALL_RECORD = 64;

  private final ZipArchive archive;
  private final MappedFile file;
  private final ReadSettings settings;

  ZipRecords(ZipArchive archive, MappedFile file, ReadSettings settings) {
    this.archive = archive;
    this.file = file;
    this.settings = settings;
  }

  /** The place of a record, for messages. */
  Place placeOf(ZipEntry entry) {
    return Place.of(file.name()).inEntry(entry.name());
  }

  /** Reads the pickle at the start of a record. */
  Unpickler.Result unpickle(ZipEntry entry, Domain domain, HeapBudget budget)
      throws CheckpointException {
    return Unpickler.load(new ByteCursor(whole(entry, budget), placeOf(entry)), domain, budget);
  }

  /** Reads a record of JSON. */
  Value json(ZipEntry entry, HeapBudget budget) throws CheckpointException {
    settings.checkPickleSize(entry.bytes().size(), placeOf(entry));
    return JsonValues.read(whole(entry, budget), placeOf(entry), budget);
  }

  private MemorySegment whole(ZipEntry entry, HeapBudget budget) throws CheckpointException {
    Place place = placeOf(entry);
    if (entry.bytes() instanceof ByteSource.Deflated deflated) {
      settings.checkPickleSize(deflated.size(), place);
      budget.charge(deflated.size(), () -> place);
    }
    return RecordBytes.read(entry.bytes(), file, settings.limits(), settings.checkCrc(), place);
  }

  /** The byte order of its storages, from the record {@code byteorder}. */
  ByteOrder byteOrder() throws CheckpointException {
    ZipEntry entry = archive.record("byteorder").orElse(null);
    if (entry == null) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    Place place = placeOf(entry);
    if (entry.bytes().size() <= SMALL_RECORD) {
      byte[] text =
          RecordBytes.read(entry.bytes(), file, settings.limits(), settings.checkCrc(), place)
              .toArray(ValueLayout.JAVA_BYTE);
      switch (new String(text, StandardCharsets.ISO_8859_1)) {
        case "little" -> {
          return ByteOrder.LITTLE_ENDIAN;
        }
        case "big" -> {
          return ByteOrder.BIG_ENDIAN;
        }
        default -> {}
      }
    }
    throw new MalformedException(place, "the byte order is neither \"little\" nor \"big\"");
  }
}
