package dev.pt2st.inspect.pickle;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.ReadOptions;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.Containers;
import dev.pt2st.archive.TarEntry;
import dev.pt2st.archive.ZipArchive;
import dev.pt2st.archive.ZipEntry;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.RecordBytes;
import dev.pt2st.pickle.Opcode;
import dev.pt2st.pickle.analysis.InstructionReader;
import dev.pt2st.pickle.analysis.PickleTrace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds every pickle of a container, in the order in which they are read or stored. */
public final class PickleStreams {
  /** The number of pickles before the storages of a legacy stream. */
  private static final int LEGACY_PICKLES = 5;

  private static final int START = 2;
  private static final int ARCHIVE_START = 512;

  private final ReadOptions options;
  private final Handler handler;

  /** The first error in a record. */
  private @Nullable CheckpointException first;

  /** Reads pickles. */
  public interface Handler {
    /**
     * Reads one pickle and leaves the cursor after its STOP.
     *
     * @param number counted from one in the entry, or in a file without entries
     * @throws CheckpointException if it cannot be read to its STOP
     */
    void read(ByteCursor in, int number) throws CheckpointException;

    /** Receives the bytes that follow the last pickle. */
    void rest(Place place, long bytes);
  }

  private PickleStreams(ReadOptions options, Handler handler) {
    this.options = options;
    this.handler = handler;
  }

  /**
   * Passes each pickle to a handler. If one is malformed, those in other records are still read.
   *
   * @throws CheckpointException the first error, either from the handler or because a record cannot
   *     be read
   */
  public static void read(Container container, ReadOptions options, Handler handler)
      throws CheckpointException {
    new PickleStreams(options, handler).read(container);
  }

  private void read(Container container) throws CheckpointException {
    switch (container) {
      case Container.TorchZip zip -> readZip(zip.archive(), zip.file(), List.of(zip.pickle()));
      case Container.TorchPackage packed ->
          readZip(packed.archive(), packed.file(), packed.pickles());
      case Container.TorchScript script ->
          readZip(script.archive(), script.file(), List.of(script.pickle(), script.constants()));
      case Container.LegacyTorchScript script ->
          readZip(script.archive(), script.file(), List.of());
      case Container.ExportedPrograms programs -> {
        readZip(programs.archive(), programs.file(), List.of());
        readCheckpoints(programs);
      }
      case Container.LegacyStream legacy -> {
        ByteCursor in = cursor(legacy.file());
        for (int number = 1; number <= LEGACY_PICKLES; number++) {
          handler.read(in, number);
        }
        tellRest(in);
      }
      case Container.Folder folder ->
          throw new IllegalArgumentException("read as a whole only: " + folder.file().name());
      case Container.RawPickle raw -> readAll(cursor(raw.file()));
      case Container.TorchTar tar -> readTar(tar);
      case Container.Wrapped wrapped ->
          throw new IllegalArgumentException("not unpacked: " + wrapped.file().name());
    }
    if (first != null) {
      throw first;
    }
  }

  /**
   * @param main the entries that are read first
   */
  private void readZip(ZipArchive archive, MappedFile file, List<ZipEntry> main) {
    List<ZipEntry> pickles = new ArrayList<>(main);
    for (ZipEntry entry : archive.entries()) {
      if (!main.contains(entry) && isPickle(entry)) {
        pickles.add(entry);
      }
    }
    for (ZipEntry entry : pickles) {
      Place place = Place.of(file.name()).inEntry(entry.name());
      tryAll(() ->
          new ByteCursor(
              RecordBytes.read(entry.bytes(), file, options.limits(), options.comparesCrc(), place),
              place));
    }
  }

  /** Reads the checkpoints that are records of an archive, including its sample inputs. */
  private void readCheckpoints(Container.ExportedPrograms programs) {
    for (ZipEntry entry : programs.archive().entries()) {
      if (Containers.mayBeArchive(RecordBytes.start(entry.bytes(), ARCHIVE_START))) {
        try {
          Container inside =
              Containers.inRecord(programs.file(), entry, options.limits(), options.comparesCrc());
          if (inside instanceof Container.TorchZip zip) {
            readZip(zip.archive(), zip.file(), List.of(zip.pickle()));
          }
        } catch (CheckpointException e) {
          first = first == null ? e : first;
        }
      }
    }
  }

  /**
   * Whether an entry is a pickle by its name, or by its first bytes unless it is a storage, which
   * may contain any bytes.
   */
  private static boolean isPickle(ZipEntry entry) {
    return entry.key().endsWith(".pkl")
        || (!entry.key().contains("/data/")
            && PickleTrace.isAnnounced(RecordBytes.start(entry.bytes(), START)));
  }

  private void readTar(Container.TorchTar tar) {
    for (TarEntry entry : tar.archive().entries()) {
      Place place = Place.of(tar.file().name()).inEntry(entry.name());
      tryAll(() -> new ByteCursor(entry.bytes().segment(), place));
    }
  }

  /** Opens a record. */
  @FunctionalInterface
  private interface Opening {
    ByteCursor open() throws CheckpointException;
  }

  /** Reads the pickles of a record; an error is kept until the end. */
  private void tryAll(Opening pickles) {
    try {
      readAll(pickles.open());
    } catch (CheckpointException e) {
      first = first == null ? e : first;
    }
  }

  private static ByteCursor cursor(MappedFile file) {
    return file.cursor(Place.of(file.name()));
  }

  private void readAll(ByteCursor in) throws CheckpointException {
    int number = 1;
    do {
      handler.read(in, number++);
    } while (isPickle(in));
    tellRest(in);
  }

  private void tellRest(ByteCursor in) {
    if (in.remaining() > 0) {
      handler.rest(in.place(), in.remaining());
    }
  }

  /**
   * Whether the rest is another pickle: it begins with PROTO, or can be disassembled up to its
   * STOP. A pickle of joblib, for example, is followed by arrays.
   */
  private static boolean isPickle(ByteCursor in) throws MalformedException {
    long start = in.position();
    if (in.remaining() < 2) {
      return false;
    }
    boolean announced = in.u8() == Opcode.PROTO.code() && in.u8() <= 5;
    in.position(start);
    if (announced) {
      return true;
    }
    try {
      InstructionReader reader = new InstructionReader(in);
      while (reader.hasNext()) {
        reader.next();
      }
      return true;
    } catch (MalformedException e) {
      return false;
    } finally {
      in.position(start);
    }
  }
}
