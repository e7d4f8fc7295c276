package dev.pt2st.migrate.content;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.io.MappedFile;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.safetensors.format.SafetensorsContent;
import dev.pt2st.safetensors.format.ShardIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the index of safetensors shards from the shards that were written. It depends only on what
 * was added.
 */
public final class IndexRewrite {
  private final Path index;
  private final @Nullable Map<String, String> old;
  private final Map<String, String> shardOf = new HashMap<>();
  private final Map<String, String> sourceOf = new HashMap<>();
  private long totalBytes;

  private IndexRewrite(Path index, @Nullable Map<String, String> old) {
    this.index = index;
    this.old = old;
  }

  /**
   * Starts from the index of the sources, or from none.
   *
   * @param isThere whether the index exists and is read
   */
  public static IndexRewrite of(Path index, boolean isThere)
      throws CheckpointException, IOException {
    return new IndexRewrite(index, isThere ? read(index) : null);
  }

  /** The file of each key in an index; empty if the file is not an index. */
  static Map<String, String> read(Path path) throws CheckpointException, IOException {
    try (MappedFile file = MappedFile.open(path)) {
      Map<String, String> index = SafetensorsContent.indexOf(file);
      return index == null ? new HashMap<>() : index;
    }
  }

  /**
   * Adds a shard.
   *
   * @param source the name of its source
   * @param target the name of its safetensors file
   * @param names the names of its tensors
   * @param bytes the size of their data
   * @throws RefusedException if another shard has one of these tensors
   */
  public void add(String source, String target, List<String> names, long bytes)
      throws RefusedException {
    for (String name : names) {
      String other = sourceOf.putIfAbsent(name, source);
      if (other != null) {
        throw new RefusedException(
            Place.of(index).ofTensor(name),
            "two shards have it: " + other + " and " + source,
            new Remedy.Advice("which of them the model uses cannot be known: save it again"));
      }
      shardOf.put(name, target);
    }
    totalBytes += bytes;
  }

  /** The new index. */
  public byte[] bytes() {
    return ShardIndex.write(shardOf, totalBytes, Map.of());
  }

  /**
   * Differences between the old index and the shards in words, or that there is no old index.
   *
   * @param item the unit's index
   */
  public List<String> notes(Item item) {
    if (item.isMade()) {
      return List.of("it has no index, so one is made from its shards");
    }
    if (old == null) {
      return List.of(); // an earlier run has removed it, and has reported the differences
    }
    List<String> stale = new ArrayList<>();
    List<String> moved = new ArrayList<>();
    for (Map.Entry<String, String> entry : old.entrySet()) {
      String source = sourceOf.get(entry.getKey());
      if (source == null) {
        stale.add(entry.getKey());
      } else if (!source.equals(entry.getValue())) {
        moved.add(entry.getKey());
      }
    }
    Map<String, String> known = old;
    List<String> added = sourceOf.keySet().stream().filter(key -> !known.containsKey(key)).toList();
    List<String> notes = new ArrayList<>();
    note(notes, stale, "dropped from the index, as no shard has ");
    note(notes, moved, "the index named another shard for ");
    note(notes, added, "added to the index, which did not have ");
    return notes;
  }

  private static void note(List<String> notes, List<String> keys, String what) {
    if (!keys.isEmpty()) {
      List<String> sorted = keys.stream().sorted().toList();
      notes.add(
          what
              + (keys.size() == 1 ? "it: " : "them: ")
              + String.join(", ", sorted.subList(0, Math.min(5, sorted.size())))
              + (keys.size() > 5 ? " and " + (keys.size() - 5) + " more" : ""));
    }
  }
}
