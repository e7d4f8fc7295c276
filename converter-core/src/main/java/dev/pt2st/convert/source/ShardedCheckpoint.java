package dev.pt2st.convert.source;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.ReadOptions;
import dev.pt2st.RefusedGlobal;
import dev.pt2st.ResourceName;
import dev.pt2st.UnpackingListener;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.OpenCheckpoint;
import dev.pt2st.convert.names.NamedTensor;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.options.NameOptions;
import dev.pt2st.convert.plan.LeftOut;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.planner.FlatModel;
import dev.pt2st.convert.planner.Planner;
import dev.pt2st.convert.planner.RootTensors;
import dev.pt2st.io.FileGuard;
import dev.pt2st.io.Input;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A model of PyTorch shards with an index ({@code pytorch_model.bin.index.json}). Each shard is a
 * checkpoint of its own, and together they hold the tensors of the index.
 */
final class ShardedCheckpoint implements TensorSource {
  private final ResourceName name;
  private final Map<String, String> index;

  /** The index on this disk; empty for one that is read by ranges. */
  private final Optional<Path> path;

  private final List<OpenCheckpoint> shards = new ArrayList<>();

  private ShardedCheckpoint(ResourceName name, Optional<Path> path, Map<String, String> index) {
    this.name = name;
    this.path = path;
    this.index = index;
  }

  /** Opens a shard by its name. */
  @FunctionalInterface
  private interface Shards {
    Input of(String file) throws IOException;
  }

  static ShardedCheckpoint open(
      Path path,
      Map<String, String> index,
      ReadOptions options,
      ScratchFolder folder,
      UnpackingListener listener)
      throws CheckpointException, IOException {
    ShardedCheckpoint model =
        new ShardedCheckpoint(ResourceName.of(path), Optional.of(path), index);
    return model.open(file -> Input.of(path.resolveSibling(file)), options, folder, listener);
  }

  /** Opens an index that is read by ranges, and the shards beside it. */
  static ShardedCheckpoint open(
      Input.Ranged input,
      Map<String, String> index,
      ReadOptions options,
      ScratchFolder folder,
      UnpackingListener listener)
      throws CheckpointException, IOException {
    ShardedCheckpoint model = new ShardedCheckpoint(input.name(), Optional.empty(), index);
    return model.open(input::sibling, options, folder, listener);
  }

  private ShardedCheckpoint open(
      Shards files, ReadOptions options, ScratchFolder folder, UnpackingListener listener)
      throws CheckpointException, IOException {
    try {
      for (String file : new TreeSet<>(index.values())) {
        shards.add(OpenCheckpoint.open(files.of(file), options, folder, listener));
      }
      return this;
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  @Override
  public List<Path> inputs() {
    List<Path> inputs = new ArrayList<>(path.stream().toList());
    shards.forEach(shard -> shard.inputPath().ifPresent(inputs::add));
    return inputs;
  }

  @Override
  public List<MappedFile> files() {
    return shards.stream().map(OpenCheckpoint::file).toList();
  }

  @Override
  public Plan plan(ConvertOptions options) throws CheckpointException, IOException {
    return guarded(() -> Planner.plan(model(options), options));
  }

  private FlatModel model(ConvertOptions options) throws CheckpointException {
    List<NamedTensor> tensors = new ArrayList<>();
    List<LeftOut> leftOut = new ArrayList<>();
    List<RefusedGlobal> inert = new ArrayList<>();
    Map<String, String> found = new HashMap<>();
    long bytes = 0;
    for (OpenCheckpoint shard : shards) {
      Checkpoint checkpoint = shard.read();
      // Names are changed when all tensors are collected.
      RootTensors root = RootTensors.of(checkpoint, options.withNames(NameOptions.NONE));
      String file = shard.input().fileName();
      for (NamedTensor tensor : root.naming().taken()) {
        if (!file.equals(index.get(tensor.name()))) {
          throw new MalformedException(
              Place.of(shard.file().name()).ofTensor(tensor.name()),
              "the index does not name this file for it");
        }
        found.put(tensor.name(), file);
        tensors.add(tensor);
      }
      leftOut.addAll(Planner.leftOut(checkpoint, root));
      inert.addAll(root.inert());
      bytes += shard.file().size();
    }
    for (Map.Entry<String, String> entry : index.entrySet()) {
      if (!entry.getValue().equals(found.get(entry.getKey()))) {
        throw new MalformedException(
            Place.of(name).ofTensor(entry.getKey()),
            "the file \"" + entry.getValue() + "\" that the index names for it does not hold it");
      }
    }
    return new FlatModel(
        shards.getFirst().container().layout()
            + (shards.size() == 1 ? "" : " in " + shards.size() + " shards"),
        Place.of(name),
        bytes,
        tensors,
        new IdentityHashMap<>(),
        Map.of("format", "pt"),
        leftOut,
        inert);
  }

  @Override
  public @Nullable Checkpoint checkpoint() {
    return null;
  }

  @Override
  public <T> T guarded(FileGuard.Step<T> step) throws CheckpointException, IOException {
    return FileGuard.guarded(files(), step);
  }

  @Override
  public void close() throws IOException {
    for (OpenCheckpoint shard : shards.reversed()) {
      shard.close();
    }
  }
}
