package dev.pt2st.convert;

import dev.pt2st.RefusedGlobal;
import dev.pt2st.safetensors.ShardNames;
import dev.pt2st.safetensors.TensorInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A conversion before anything is written: pure data, what {@code --dry-run} prints.
 *
 * @param layout what the input is made of
 * @param root the path of the part that is converted; empty for the top
 * @param files the files of the output; more than one where it is split into shards
 * @param leftOut what of the checkpoint is not written
 * @param skipped tensors of the root that safetensors cannot hold, with the reason
 * @param dropped names that share the storage of another, with that one
 * @param renamed the new names of those that were changed, with the names below the root
 * @param inert globals that are not on the allowlist and were kept as inert records
 * @param metadata the texts of {@code __metadata__}, the same in every file
 */
public record Plan(
    String layout,
    String root,
    List<PlannedFile> files,
    List<LeftOut> leftOut,
    List<Skipped> skipped,
    Map<String, String> dropped,
    Map<String, String> renamed,
    List<RefusedGlobal> inert,
    Map<String, String> metadata) {

  /**
   * A file of the output.
   *
   * @param tensors what is written, in the order of the file
   * @param header the first bytes of the file
   * @param dataBytes the bytes of all its tensors
   */
  public record PlannedFile(List<PlannedTensor> tensors, Header header, long dataBytes) {
    public PlannedFile {
      tensors = List.copyOf(tensors);
    }

    /** The size of the file. */
    public long fileBytes() {
      return header.size() + dataBytes;
    }
  }

  /**
   * A tensor and its place in its file.
   *
   * @param info its entry in the header
   * @param data where its bytes come from
   */
  public record PlannedTensor(TensorInfo info, TensorData data) {}

  /** A tensor of the root that is not written, and why. */
  public record Skipped(String name, String why) {}

  /** The bytes in front of the data. */
  public static final class Header {
    private final byte[] bytes;

    Header(byte[] bytes) {
      this.bytes = bytes;
    }

    /** How many bytes there are: the position of the first tensor. */
    public int size() {
      return bytes.length;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  public Plan {
    files = List.copyOf(files);
    leftOut = List.copyOf(leftOut);
    skipped = List.copyOf(skipped);
    inert = List.copyOf(inert);
  }

  /** What is written, file by file. */
  public List<PlannedTensor> tensors() {
    return files.size() == 1
        ? files.getFirst().tensors()
        : files.stream().flatMap(file -> file.tensors().stream()).toList();
  }

  /**
   * The path of each file, in the order of {@link #files}.
   *
   * @param output what the output is called as one file
   */
  public List<Path> paths(Path output) {
    int count = files.size();
    if (count == 1) {
      return List.of(output);
    }
    ShardNames names = new ShardNames(output);
    return IntStream.rangeClosed(1, count).mapToObj(number -> names.shard(number, count)).toList();
  }

  /**
   * The path of the index that says which tensor is in which file, where there are several.
   *
   * @param output what the output is called as one file
   */
  public Optional<Path> indexPath(Path output) {
    return files.size() == 1 ? Optional.empty() : Optional.of(new ShardNames(output).index());
  }

  /** The bytes of all tensors. */
  public long dataBytes() {
    return files.stream().mapToLong(PlannedFile::dataBytes).sum();
  }

  /** The size of all files. */
  public long fileBytes() {
    return files.stream().mapToLong(PlannedFile::fileBytes).sum();
  }
}
