package dev.pt2st.convert.source;

import dev.pt2st.CheckpointException;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.OpenCheckpoint;
import dev.pt2st.checkpoint.sharded.LonePart;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.planner.Planner;
import dev.pt2st.io.FileGuard;
import dev.pt2st.io.MappedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A checkpoint file as an input; the tensors of its root are taken. */
record CheckpointSource(OpenCheckpoint file) implements TensorSource {
  @Override
  public List<Path> inputs() {
    return file.inputPath().stream().toList();
  }

  @Override
  public List<MappedFile> files() {
    return List.of(file.file());
  }

  @Override
  public Plan plan(ConvertOptions options) throws CheckpointException, IOException {
    return guarded(() -> {
      Checkpoint checkpoint = file.read();
      LonePart.refuseShard(checkpoint);
      Plan plan = Planner.plan(checkpoint, options);
      LonePart.refusePlaceholders(checkpoint);
      return plan.withMember(file.member(), file.otherMembers());
    });
  }

  @Override
  public Checkpoint checkpoint() throws CheckpointException, IOException {
    return guarded(file::read);
  }

  @Override
  public <T> T guarded(FileGuard.Step<T> step) throws CheckpointException, IOException {
    return file.guarded(step);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
