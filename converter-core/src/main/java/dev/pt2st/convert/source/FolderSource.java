package dev.pt2st.convert.source;

import dev.pt2st.CheckpointException;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.sharded.ShardedFolder;
import dev.pt2st.checkpoint.sharded.folder.FolderCheckpoint;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.LeftOut;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.planner.GlobalsCheck;
import dev.pt2st.convert.planner.Planner;
import dev.pt2st.io.FileGuard;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A folder that is one checkpoint as an input; the tensors of its root are taken. */
record FolderSource(ShardedFolder folder) implements TensorSource {
  static FolderSource open(FolderCheckpoint found, ConvertOptions options, ScratchFolder scratch)
      throws CheckpointException, IOException {
    if (!found.kind().isRead()) {
      throw ShardedRefusals.of(found);
    }
    return new FolderSource(
        ShardedFolder.open(
            found,
            options.read(),
            scratch,
            part -> GlobalsCheck.checkWithoutRoot(part, options.read())));
  }

  @Override
  public List<Path> inputs() {
    return folder.files().stream().map(MappedFile::path).flatMap(Optional::stream).toList();
  }

  @Override
  public List<MappedFile> files() {
    return folder.files();
  }

  @Override
  public Plan plan(ConvertOptions options) throws CheckpointException, IOException {
    List<LeftOut> leftOut =
        folder.beside().stream()
            .map(part -> new LeftOut(part.name(), part.tensors(), part.bytes()))
            .toList();
    return guarded(() -> Planner.plan(folder.checkpoint(), options).withLeftOut(leftOut));
  }

  @Override
  public Checkpoint checkpoint() {
    return folder.checkpoint();
  }

  @Override
  public <T> T guarded(FileGuard.Step<T> step) throws CheckpointException, IOException {
    return folder.guarded(step);
  }

  @Override
  public void close() throws IOException {
    folder.close();
  }
}
