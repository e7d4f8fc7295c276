package dev.pt2st.checkpoint.sharded.folder;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.ReadOptions;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.Containers;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.CheckpointReader;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.work.Deadline;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * The shared state of the readers of all kinds of folders: the files, the limits, and what was
 * found. Several threads may read parts.
 */
public final class FolderParts implements Closeable {
  private final FolderCheckpoint folder;
  private final FolderFiles files;
  private final ReadOptions options;
  private final ScratchFolder scratch;
  private final PartCheck check;
  private final Deadline deadline;
  private final CheckpointReader reader;
  private final List<Closeable> opened = new ArrayList<>();

  /** Each name once, with its least harmless use. */
  private final Map<String, GlobalValue> globals = new LinkedHashMap<>();

  private final List<GlobalValue> further = new ArrayList<>();
  private final List<String> openedBytes = new ArrayList<>();
  private final List<Beside> beside = new ArrayList<>();
  private final Set<String> meshes = new LinkedHashSet<>();
  private long tensors;
  private final LongAdder tensorsAgain = new LongAdder();
  private int protocol;

  public FolderParts(
      FolderCheckpoint folder, ReadOptions options, ScratchFolder scratch, PartCheck check)
      throws IOException {
    this.folder = folder;
    this.files = new FolderFiles(folder.folder());
    this.options = options;
    this.scratch = scratch;
    this.check = check;
    long bytes = 0;
    for (Path part : folder.parts()) {
      bytes += Files.size(part);
    }
    this.deadline = new Deadline(options.limits(), bytes);
    this.reader = new CheckpointReader(options, deadline);
  }

  public FolderCheckpoint folder() {
    return folder;
  }

  public FolderFiles files() {
    return files;
  }

  public ReadOptions options() {
    return options;
  }

  public ScratchFolder scratch() {
    return scratch;
  }

  /** The time by which all work on the folder must end, except copying its tensors. */
  public Deadline deadline() {
    return deadline;
  }

  /** Registers a resource to be closed with the folder. */
  public <T extends Closeable> T closing(T part) {
    opened.add(part);
    return part;
  }

  /** Notes that something is not read. */
  public void leaveOut(String name, long count, long bytes) {
    beside.add(new Beside(name, count, bytes));
  }

  /** Notes the mesh of processes that a tensor is sharded over. */
  public synchronized void addMesh(String mesh) {
    meshes.add(mesh);
  }

  /** All meshes, each once. */
  public synchronized List<String> meshes() {
    return List.copyOf(meshes);
  }

  /** The tensors that are not read. */
  public List<Beside> beside() {
    return List.copyOf(beside);
  }

  /** Reads a part that is a file of {@code torch.save}. */
  public Checkpoint readSaved(MappedFile part) throws CheckpointException {
    Container container = Containers.detect(part, options.limits());
    return switch (container) {
      case Container.TorchZip zip -> read(zip);
      case Container.LegacyStream legacy -> read(legacy);
      default ->
          throw new MalformedException(
              Place.of(part.name()),
              "this part is a " + container.layout() + ", and no file of torch.save");
    };
  }

  /** Reads {@code .metadata} of a distributed checkpoint. */
  public Checkpoint readMetadata(MappedFile part) throws CheckpointException {
    return taken(reader.read(new Container.RawPickle(part), MetadataDomain::new));
  }

  /** Counts a part of one tensor that is identical to one that was read. */
  public void readAgain() {
    tensorsAgain.increment();
  }

  private Checkpoint read(Container container) throws CheckpointException {
    deadline.check(() -> Place.of(container.file().name()));
    return taken(reader.read(container));
  }

  private synchronized Checkpoint taken(Checkpoint read) throws CheckpointException {
    check.check(read);
    for (GlobalValue global : read.globals()) {
      globals.merge(
          global.dottedName(),
          global,
          (one, other) -> one.use().compareTo(other.use()) >= 0 ? one : other);
    }
    further.addAll(read.furtherGlobals());
    openedBytes.addAll(read.openedBytes());
    tensors += read.tensors();
    protocol = Math.max(protocol, read.protocol());
    return read;
  }

  /**
   * Creates the checkpoint from the parts.
   *
   * @param file names it in messages
   * @param layout in words
   * @param top its value
   */
  public Checkpoint checkpoint(MappedFile file, String layout, Value top) {
    return new Checkpoint(
        new Container.Folder(file, layout, files.bytes()),
        top,
        List.copyOf(globals.values()),
        tensors + tensorsAgain.sum(),
        protocol,
        null,
        List.of(),
        file.size(),
        further,
        openedBytes,
        null);
  }

  @Override
  public void close() throws IOException {
    for (Closeable part : opened.reversed()) {
      part.close();
    }
    files.close();
  }

  /**
   * Tensors of a folder that are not read.
   *
   * @param name in words
   * @param bytes the size of their elements in bytes
   */
  public record Beside(String name, long tensors, long bytes) {}
}
