package dev.pt2st.inspect;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.ReadOptions;
import dev.pt2st.ResourceName;
import dev.pt2st.io.Input;
import dev.pt2st.text.Utf8Order;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Inspects all files of an index, and compares them with the index. */
final class ShardedInspection {
  private final ResourceName index;
  private final Map<String, String> fileOf;
  private final List<TensorSummary> tensors = new ArrayList<>();
  private final List<ValueSummary> values = new ArrayList<>();
  private final List<GlobalSummary> globals = new ArrayList<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Set<String> layouts = new TreeSet<>();
  private final Set<String> present = new HashSet<>();
  private long fileBytes;
  private long memoryBytes;
  private long moreValues;
  private long unnamed;
  private @Nullable CheckpointException problem;

  private ShardedInspection(ResourceName index, Map<String, String> fileOf) {
    this.index = index;
    this.fileOf = fileOf;
  }

  /**
   * Inspects the files of an index together.
   *
   * @param fileOf the name of the file of each tensor
   * @throws IOException if one of them is missing or cannot be read
   */
  static Inspection of(Path path, Map<String, String> fileOf, ReadOptions options)
      throws CheckpointException, IOException {
    return new ShardedInspection(ResourceName.of(path), fileOf)
        .of(file -> Input.of(path.resolveSibling(file)), options);
  }

  /** Inspects an index that is read by ranges, and the files beside it. */
  static Inspection of(Input.Ranged index, Map<String, String> fileOf, ReadOptions options)
      throws CheckpointException, IOException {
    return new ShardedInspection(index.name(), fileOf).of(index::sibling, options);
  }

  /** Opens a file by its name. */
  @FunctionalInterface
  private interface Shards {
    Input of(String file) throws IOException;
  }

  private Inspection of(Shards shards, ReadOptions options)
      throws CheckpointException, IOException {
    Set<String> files = new TreeSet<>(Utf8Order.COMPARATOR);
    files.addAll(fileOf.values());
    for (String file : files) {
      add(file, Inspector.inspectFile(shards.of(file), options));
    }
    return result(files.size());
  }

  private void add(String file, Inspection shard) {
    layouts.add(shard.layout());
    fileBytes += shard.fileBytes();
    memoryBytes += shard.memoryBytes();
    moreValues += shard.moreValues();
    unnamed += shard.unnamed();
    for (TensorSummary tensor : shard.tensors()) {
      boolean named = file.equals(fileOf.get(tensor.name()));
      if (named) {
        present.add(tensor.name());
      }
      tensors.add(tensor.inShard(file, named ? "" : "the index does not name this file for it"));
    }
    values.addAll(shard.values());
    globals.addAll(shard.globals());
    shard.metadata().forEach(metadata::putIfAbsent);
    note(shard.problem());
  }

  private void note(@Nullable CheckpointException found) {
    problem = problem == null ? found : problem;
  }

  private Inspection result(int files) {
    for (Map.Entry<String, String> entry : fileOf.entrySet()) {
      if (!present.contains(entry.getKey())) {
        note(
            new MalformedException(
                Place.of(index).ofTensor(entry.getKey()),
                "the file \""
                    + entry.getValue()
                    + "\" that the index names for it does not hold it"));
      }
    }
    return new Inspection(
        index,
        fileBytes,
        "index of " + String.join(", ", layouts) + " files",
        List.of(new Fact("files", Integer.toString(files))),
        List.of(),
        tensors,
        DTypeTotal.of(tensors),
        memoryBytes,
        values,
        moreValues,
        unnamed,
        globals,
        metadata,
        problem);
  }
}
