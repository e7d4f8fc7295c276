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
 * A conversion before anything is written, as pure data.
 *
 * @param layout the layout of the input in words
 * @param member the archive member that is converted, as in {@code archive!member}; empty if the
 *     input is the checkpoint itself
 * @param otherMembers other members of that archive that hold tensors and are not converted
 * @param root the path of the root that is converted; empty for the top
 * @param rootRule why that root was chosen
 * @param files the files of the output; more than one if it is split into shards
 * @param leftOut parts of the checkpoint that are not written
 * @param skipped tensors of the root that safetensors cannot hold, with the reason
 * @param droppedTensors tensors that are not written because another tensor with the same storage
 *     has their elements
 * @param openedBytes the keys of byte strings in the checkpoint that are pickles themselves and
 *     were read as such
 * @param renamed the new names of renamed tensors, mapped to their names below the root
 * @param hooks hooks that PyTorch would call to name the tensors of a module, and that are not
 *     called here
 * @param inert globals that are not on the allowlist and were kept as inert records
 * @param foreignModules how many modules of the root have a class that is not on the allowlist:
 *     their code could change the names in PyTorch
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
   * @param tensors the tensors in the order of the file
   * @param header the first bytes of the file
   * @param dataBytes the size of all its tensors in bytes
   */
  public record PlannedFile(List<PlannedTensor> tensors, Header header, long dataBytes) {
    public PlannedFile {
      tensors = List.copyOf(tensors);
    }

    /** The size of the file in bytes. */
    public long fileBytes() {
      return header.size() + dataBytes;
    }
  }

  /**
   * A tensor and its place in its file.
   *
   * @param info its entry in the header
   * @param data the source of its bytes
   */
  public record PlannedTensor(TensorInfo info, PlannedData data) {}

  /**
   * A tensor of the root that is not written.
   *
   * @param name the keys that lead to it from the root, joined by dots
   * @param why the reason in words, such as "a sparse tensor"
   */
  public record Skipped(String name, String why) {}

  /**
   * A tensor that is not written because another tensor has its elements.
   *
   * @param name the name it would have
   * @param kept the name of the other tensor
   * @param data its elements
   */
  public record Dropped(String name, String kept, PlannedData data) {}

  /**
   * A hook that {@code state_dict()} would call.
   *
   * @param module the keys that lead to its module from the root, joined by dots; empty for the
   *     root
   * @param hook the name of the function, or a description if it has none
   */
  public record Hook(String module, String hook) {}

  /** The bytes of a file before the tensor data. */
  public static final class Header {
    private final byte[] bytes;

    /** The header with these bytes, including the eight bytes of its length. */
    public Header(byte[] bytes) {
      this.bytes = bytes;
    }

    /** The number of bytes, which is the position of the first tensor. */
    public int size() {
      return bytes.length;
    }

    /** The bytes themselves, which must not be changed. */
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

  /**
   * Names of dropped tensors, mapped to the tensor that has their elements, in the order of the
   * names.
   */
  public Map<String, String> dropped() {
    Map<String, String> dropped = new TreeMap<>(Utf8Order.COMPARATOR);
    droppedTensors.forEach(tensor -> dropped.put(tensor.name(), tensor.kept()));
    return dropped;
  }

  /**
   * This plan, for a member of an archive.
   *
   * @param others other members that hold tensors
   */
  public Plan withMember(String name, List<String> others) {
    return with(name, others, leftOut);
  }

  /** This plan with additional left-out parts. */
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

  /** All tensors, file by file. */
  public List<PlannedTensor> tensors() {
    return files.size() == 1
        ? files.getFirst().tensors()
        : files.stream().flatMap(file -> file.tensors().stream()).toList();
  }

  /**
   * The path of each file, in the order of {@link #files}.
   *
   * @param output the path of the output as a single file
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
   * The path of the index that maps tensors to files; empty for a single file.
   *
   * @param output the path of the output as a single file
   */
  public Optional<Path> indexPath(Path output) {
    return files.size() == 1 ? Optional.empty() : Optional.of(new ShardNames(output).index());
  }

  /** The size of all tensors in bytes. */
  public long dataBytes() {
    return files.stream().mapToLong(PlannedFile::dataBytes).sum();
  }

  /** The size of all files in bytes. */
  public long fileBytes() {
    return files.stream().mapToLong(PlannedFile::fileBytes).sum();
  }
}
