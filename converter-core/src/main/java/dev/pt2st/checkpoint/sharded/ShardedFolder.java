package dev.pt2st.checkpoint.sharded;

import dev.pt2st.CheckpointException;
import dev.pt2st.ReadOptions;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.sharded.dcp.DcpReader;
import dev.pt2st.checkpoint.sharded.folder.FolderCheckpoint;
import dev.pt2st.checkpoint.sharded.folder.FolderParts;
import dev.pt2st.checkpoint.sharded.folder.PartCheck;
import dev.pt2st.io.FileGuard;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import java.io.IOException;
import java.util.List;

/**
 * A folder that is one checkpoint, after reading it. Its parts are merged into one value, in which
 * tensors consist of pieces. Closing it closes the files.
 */
public final class ShardedFolder implements AutoCloseable {
  private final FolderParts parts;
  private final Checkpoint checkpoint;

  private ShardedFolder(FolderParts parts, Checkpoint checkpoint) {
    this.parts = parts;
    this.checkpoint = checkpoint;
  }

  /**
   * Opens and reads a folder.
   *
   * @param scratch where compressed parts are unpacked
   * @param check checks the pickles of each part before the part is used
   * @throws CheckpointException if a part is missing, malformed or refused, or the parts do not fit
   *     together
   * @throws IOException if a part cannot be read, or there is no room for what it unpacks to
   */
  public static ShardedFolder open(
      FolderCheckpoint folder, ReadOptions options, ScratchFolder scratch, PartCheck check)
      throws CheckpointException, IOException {
    FolderParts parts = new FolderParts(folder, options, scratch, check);
    try {
      return new ShardedFolder(
          parts, FileGuard.guarded(parts.files().opened(), () -> read(folder, parts)));
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      parts.close();
      throw e;
    }
  }

  private static Checkpoint read(FolderCheckpoint folder, FolderParts parts)
      throws CheckpointException, IOException {
    return switch (folder.kind()) {
      case DCP -> new DcpReader(parts).read();
      case ZERO -> ZeroReader.read(parts);
      case UNIVERSAL -> UniversalReader.read(parts);
      case RANKS -> RanksReader.read(parts);
      case FAIRSCALE -> FairscaleReader.read(parts);
      case PIECES,
          MEGATRON,
          META,
          PIPELINE,
          EXPERTS,
          TENSOR_PARALLEL,
          ZARR,
          MODEL_PARTS,
          RANK_EXPERTS ->
          throw new IllegalArgumentException("not read: " + folder.kind());
    };
  }

  /** The merged checkpoint. */
  public Checkpoint checkpoint() {
    return checkpoint;
  }

  /** Tensors of the folder that are not part of {@link #checkpoint}. */
  public List<FolderParts.Beside> beside() {
    return parts.beside();
  }

  /**
   * The meshes of processes that its tensors are sharded over, in words; empty if none are named.
   */
  public List<String> meshes() {
    return parts.meshes();
  }

  /** All files that are open; the first names the checkpoint in messages. */
  public List<MappedFile> files() {
    return parts.files().opened();
  }

  /** Runs work on it; a file that is truncated meanwhile causes an exception that says so. */
  public <T> T guarded(FileGuard.Step<T> step) throws CheckpointException, IOException {
    return FileGuard.guarded(files(), step);
  }

  @Override
  public void close() throws IOException {
    parts.close();
  }
}
