package dev.pt2st.convert.plan;

import dev.pt2st.RefusedGlobal;
import dev.pt2st.safetensors.ShardNames;
import dev.pt2st.tensor.TensorInfo;
import dev.pt2st.text.Utf8Order;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A conversion before anything is written: pure data, what {@code --dry-run} prints.
 *
 * @param layout what the input is made of
 * @param member what of an archive is converted, as {@code archive!member} takes it; empty where
 *     the input is the checkpoint itself
 * @param otherMembers what else of that archive holds tensors and is not converted
 * @param root the path of the part that is converted; empty for the top
 * @param rootRule why it is this part
 * @param files the files of the output; more than one where it is split into shards
 * @param leftOut what of the checkpoint is not written
 * @param skipped tensors of the root that safetensors cannot hold, with the reason
 * @param droppedTensors tensors that share the storage of another, which stands for them
 * @param openedBytes the keys of bytes in the checkpoint that were read as the pickles that they
 *     are
 * @param renamed the new names of those that were changed, with the names below the root
 * @param hooks what PyTorch would call for the names of a module, and nothing here calls
 * @param inert globals that are not on the allowlist and were kept as inert records
 * @param foreignModules how many modules of the root are of classes that are not on the allowlist:
 *     their own code could have changed the names
 * @param metadata the texts of {@code __metadata__}, the same in every file
 */
public record Plan(
    String layout,
    String member,
    List<String> otherMembers,
    String root,
    RootRule rootRule,
    List<PlannedFile> files,
    List<LeftOut> leftOut,
    List<Skipped> skipped,
    List<Dropped> droppedTensors,
    List<String> openedBytes,
    Map<String, String> renamed,
    List<Hook> hooks,
    List<RefusedGlobal> inert,
    long foreignModules,
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
  public record PlannedTensor(TensorInfo info, PlannedData data) {}

  /**
   * A tensor of the root that is not written.
   *
   * @param name the keys that lead to it from the root, joined by dots
   * @param why what it is that safetensors cannot hold, such as "a sparse tensor"
   */
  public record Skipped(String name, String why) {}

  /**
   * A tensor that is not written, as another has its elements.
   *
   * @param name the name it would have
   * @param kept the name of the other
   * @param data its elements
   */
  public record Dropped(String name, String kept, PlannedData data) {}

  /**
   * A hook that {@code state_dict()} would call.
   *
   * @param module the keys that lead to its module from the root, joined by dots; empty for the
   *     root
   * @param hook the name of the function, or what else it is in words
   */
  public record Hook(String module, String hook) {}

  /** The bytes in front of the data. */
  public static final class Header {
    private final byte[] bytes;

    /** Those of a file, the eight of the length among them. */
    public Header(byte[] bytes) {
      this.bytes = bytes;
    }

    /** How many bytes there are: the position of the first tensor. */
    public int size() {
      return bytes.length;
    }

    /** The bytes themselves, which are not to be changed. */
    public byte[] bytes() {
      return bytes;
    }
  }

  public Plan {
    otherMembers = List.copyOf(otherMembers);
    openedBytes = List.copyOf(openedBytes);
    files = List.copyOf(files);
    leftOut = List.copyOf(leftOut);
    skipped = List.copyOf(skipped);
    droppedTensors = List.copyOf(droppedTensors);
    hooks = List.copyOf(hooks);
    inert = List.copyOf(inert);
  }

  /** Names that share the storage of another, with that one, in the order of the names. */
  public Map<String, String> dropped() {
    Map<String, String> dropped = new TreeMap<>(Utf8Order.COMPARATOR);
    droppedTensors.forEach(tensor -> dropped.put(tensor.name(), tensor.kept()));
    return dropped;
  }

  /**
   * The same, of a member of an archive.
   *
   * @param others the members that hold tensors too
   */
  public Plan withMember(String name, List<String> others) {
    return with(name, others, leftOut);
  }

  /** The same, with more that is left out. */
  public Plan withLeftOut(List<LeftOut> more) {
    List<LeftOut> all = new ArrayList<>(leftOut);
    all.addAll(more);
    return with(member, otherMembers, all);
  }

  private Plan with(String name, List<String> others, List<LeftOut> left) {
    return new Plan(
        layout,
        name,
        others,
        root,
        rootRule,
        files,
        left,
        skipped,
        droppedTensors,
        openedBytes,
        renamed,
        hooks,
        inert,
        foreignModules,
        metadata);
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
