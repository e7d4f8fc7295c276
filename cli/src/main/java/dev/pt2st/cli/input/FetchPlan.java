package dev.pt2st.cli.input;

import dev.pt2st.migrate.names.TargetNames;
import dev.pt2st.migrate.unit.Selection;
import dev.pt2st.safetensors.ShardNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which files of a model are fetched for a migration, told by their names and sizes alone.
 *
 * @param files what is fetched
 * @param there what is not, as a safetensors file of its name stands beside it already
 * @param passedOver how many files the user's patterns exclude
 */
public record FetchPlan(List<Inputs.Listed> files, List<There> there, long passedOver) {
  /**
   * A checkpoint that is not fetched.
   *
   * @param file the checkpoint, or a part of it
   * @param beside the name of the safetensors file, or of the index of several
   */
  public record There(Inputs.Listed file, String beside) {}

  private static final Pattern SHARD = Pattern.compile("-\\d{5,}-of-\\d{5,}");

  /** Bytes of one request. */
  static final int PIECE = 16 << 20;

  public FetchPlan {
    files = List.copyOf(files);
    there = List.copyOf(there);
  }

  /** What of all files of an address is needed. */
  public static FetchPlan of(List<Inputs.Listed> listed, Selection selection) {
    List<Inputs.Listed> wanted =
        listed.stream().filter(file -> !isExcluded(file.name(), selection)).toList();
    Set<String> names = new HashSet<>();
    wanted.forEach(file -> names.add(file.name()));
    List<Inputs.Listed> files = new ArrayList<>();
    List<There> there = new ArrayList<>();
    for (Inputs.Listed file : wanted) {
      Optional<String> beside = beside(file.name(), names);
      if (beside.isEmpty()) {
        files.add(file);
      } else {
        there.add(new There(file, beside.get()));
      }
    }
    return new FetchPlan(files, there, listed.size() - wanted.size());
  }

  /** A folder that is passed over is so with all that is in it. */
  private static boolean isExcluded(String name, Selection selection) {
    for (int end = name.indexOf('/'); end >= 0; end = name.indexOf('/', end + 1)) {
      if (selection.excludes(name.substring(0, end))) {
        return true;
      }
    }
    return selection.excludes(name);
  }

  /** The safetensors file, or the index, that makes a checkpoint needless. */
  private static Optional<String> beside(String path, Set<String> names) {
    String folder = path.substring(0, path.lastIndexOf('/') + 1);
    String name = path.substring(folder.length());
    Optional<String> index = TargetNames.ofIndex(name);
    if (index.isPresent()) {
      return index.filter(target -> names.contains(folder + target));
    }
    if (SHARD.matcher(name).find()) {
      return names.stream()
          .filter(other -> other.startsWith(folder) && other.indexOf('/', folder.length()) < 0)
          .map(other -> other.substring(folder.length()))
          .filter(other -> TargetNames.isShardOf(name, other))
          .flatMap(other -> TargetNames.ofIndex(other).stream())
          .filter(target -> names.contains(folder + target))
          .findFirst();
    }
    String target = TargetNames.of(name);
    boolean isNamedAsCheckpoint =
        !name.endsWith(ShardNames.EXTENSION) && !target.equals(name + ShardNames.EXTENSION);
    return isNamedAsCheckpoint && names.contains(folder + target)
        ? Optional.of(target)
        : Optional.empty();
  }

  /** How many bytes are fetched. */
  public long bytes() {
    return files.stream().mapToLong(Inputs.Listed::size).sum();
  }

  /** About how many requests that takes: one to open each file, and one for each piece of it. */
  public long requests() {
    return files.stream().mapToLong(file -> 1 + Math.ceilDiv(file.size(), PIECE)).sum();
  }
}
