package dev.pt2st.cli.input;

import dev.pt2st.migrate.names.OwnFiles;
import dev.pt2st.migrate.names.TargetNames;
import dev.pt2st.migrate.unit.MigrateOptions.SideFiles;
import dev.pt2st.migrate.unit.Selection;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.safetensors.ShardNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which files are fetched for a migration, decided by their names and sizes only.
 *
 * @param files the files to fetch
 * @param there checkpoints that are not fetched because a safetensors file of the same name is next
 *     to them
 * @param passedOver how many files are excluded by the user's patterns or are unwanted side files
 * @param done units done by earlier runs, whose files are not fetched
 */
public record FetchPlan(
    List<Inputs.Listed> files, List<There> there, long passedOver, List<UnitResult> done) {
  /**
   * A checkpoint that is not fetched, as it exists as safetensors.
   *
   * @param file the checkpoint, or a part of it
   * @param beside the name of the safetensors file, or of the index of several
   */
  public record There(Inputs.Listed file, String beside) {}

  /** Names that no checkpoint has; an index of shards is not one of these. */
  private static final Pattern SIDE_FILE =
      Pattern.compile(
          "(?s).*\\.(?:json|jsonl|md|txt|py|ya?ml|toml|csv|tsv|html?|jinja|ipynb|safetensors|gguf"
              + "|onnx|h5|keras|msgpack|tflite|pdf|png|jpe?g|gif|svg|webp|gitattributes|gitignore)"
              + "|(?:readme|licen[sc]e|notice)");

  private static final Pattern SHARD = Pattern.compile("-\\d{5,}-of-\\d{5,}");

  /** The size of one request in bytes. */
  static final int PIECE = 16 << 20;

  public FetchPlan {
    files = List.copyOf(files);
    there = List.copyOf(there);
    done = List.copyOf(done);
  }

  /** The plan for all files of an address. */
  public static FetchPlan of(List<Inputs.Listed> listed, Selection selection, SideFiles sideFiles) {
    Set<String> names = new HashSet<>();
    List<Inputs.Listed> wanted = new ArrayList<>();
    for (Inputs.Listed file : listed) {
      if (!selection.excludesPath(file.name()) && !OwnFiles.isOne(lastName(file.name()))) {
        names.add(file.name());
        if (sideFiles != SideFiles.NONE || !isSideFile(file.name())) {
          wanted.add(file);
        }
      }
    }
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
    return new FetchPlan(files, there, listed.size() - wanted.size(), List.of());
  }

  /** The same plan without the files of units that are done. */
  public FetchPlan without(List<UnitResult> units) {
    Set<String> names = new HashSet<>();
    units.forEach(result -> result.unit().sources().forEach(item -> names.add(item.source())));
    return new FetchPlan(
        files.stream().filter(file -> !names.contains(file.name())).toList(),
        there,
        passedOver,
        units);
  }

  private static String lastName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static boolean isSideFile(String path) {
    String name = lastName(path);
    return TargetNames.ofIndex(name).isEmpty()
        && SIDE_FILE.matcher(name.toLowerCase(Locale.ROOT)).matches();
  }

  /** What a name promises. */
  public enum Promise {
    /** A checkpoint, or an index of one in shards. */
    CHECKPOINT,
    /** A side file. */
    SIDE_FILE,
    /** Neither. */
    NONE
  }

  /** What a file's name promises. */
  public static Promise promise(Inputs.Listed file) {
    String name = lastName(file.name());
    return isSideFile(file.name())
        ? Promise.SIDE_FILE
        : TargetNames.ofIndex(name).isPresent() || isNamedAsCheckpoint(name)
            ? Promise.CHECKPOINT
            : Promise.NONE;
  }

  /** The path of its output if it is what its name promises. */
  public static String target(Inputs.Listed file) {
    String name = lastName(file.name());
    String folder = file.name().substring(0, file.name().length() - name.length());
    return folder + TargetNames.ofIndex(name).orElseGet(() -> TargetNames.of(name));
  }

  private static boolean isNamedAsCheckpoint(String name) {
    return !name.endsWith(ShardNames.EXTENSION)
        && !TargetNames.of(name).equals(name + ShardNames.EXTENSION);
  }

  /** The safetensors file, or the index, that makes a checkpoint redundant. */
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
    return isNamedAsCheckpoint(name) && names.contains(folder + target)
        ? Optional.of(target)
        : Optional.empty();
  }

  /** The total size in bytes; safe against absurd sizes from a server. */
  public long bytes() {
    return bytes(files);
  }

  /** The size of files, in bytes; at most {@link Long#MAX_VALUE}. */
  static long bytes(List<Inputs.Listed> files) {
    return files.stream().mapToLong(Inputs.Listed::size).reduce(0, FetchPlan::sum);
  }

  private static long sum(long one, long other) {
    return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
  }

  /** The approximate number of requests: one to open each file, and one for each piece. */
  public long requests() {
    return files.stream().mapToLong(file -> 1 + Math.ceilDiv(file.size(), PIECE)).sum();
  }
}
