package dev.pt2st.verify;

import dev.pt2st.CheckpointException;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.FileGuard;
import dev.pt2st.io.Input;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.text.JsonText;
import dev.pt2st.text.Sha256;
import dev.pt2st.text.Utf8Order;
import dev.pt2st.work.ParallelTasks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * A digest of the tensors of a model, independent of its files: a checkpoint, its safetensors file
 * and its shards have the same digest. It covers the name, dtype, shape and bytes of every tensor,
 * but not their order or the metadata.
 *
 * @param tensors sorted by the UTF-8 bytes of their names
 */
public record ModelDigest(List<TensorDigest> tensors) {

  /**
   * The digest of one tensor.
   *
   * @param name of the tensor
   * @param dtype a dtype of safetensors
   * @param shape as a safetensors header gives it, in elements
   * @param sha256 of its elements, row-major and little-endian, in hexadecimal
   */
  public record TensorDigest(String name, DType dtype, Shape shape, String sha256) {

    /** {@code SHA256HEX DTYPE [2,3] "name as JSON"}, without a line feed. */
    public String line() {
      StringBuilder line = new StringBuilder(sha256);
      line.append(' ').append(dtype.safetensorsName()).append(' ');
      line.append(shape.toString().replace(" ", "")).append(' ');
      JsonText.append(line, name);
      return line.toString();
    }
  }

  public ModelDigest {
    tensors = List.copyOf(tensors);
  }

  /** The SHA-256 of all lines, each with a line feed, in UTF-8; in hexadecimal. */
  public String sha256() {
    MessageDigest digest = Sha256.start();
    for (TensorDigest tensor : tensors) {
      digest.update((tensor.line() + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return Sha256.hex(digest);
  }

  /**
   * Computes the digest of a model: a checkpoint, a safetensors file or the index of several.
   *
   * @param options select and convert the tensors of a checkpoint, as for a conversion; a
   *     safetensors file is taken as it is
   * @param progress receives the progress of unpacking, and the number of bytes digested
   * @throws CheckpointException if it is malformed, refused or over a limit
   * @throws IOException if it cannot be read
   */
  public static ModelDigest of(Path path, ConvertOptions options, ProgressListener progress)
      throws CheckpointException, IOException {
    return of(Input.of(path), options, progress);
  }

  /**
   * Like {@link #of(Path, ConvertOptions, ProgressListener)}, for an input on this disk or a source
   * that is read by ranges. Such a source is one file or a member of one, but no index or folder.
   *
   * @throws CheckpointException if it is malformed, refused or over a limit
   * @throws IOException if it cannot be read
   */
  @SuppressWarnings("exports") // for programs that know where sources come from
  public static ModelDigest of(Input input, ConvertOptions options, ProgressListener progress)
      throws CheckpointException, IOException {
    try (Model model = Model.open(input, options, progress)) {
      return FileGuard.guarded(model.files(), () -> of(model, progress));
    }
  }

  private static ModelDigest of(Model model, ProgressListener progress)
      throws CheckpointException, IOException {
    List<ModelTensor> tensors = new ArrayList<>(model.tensors());
    // The largest first, so that no thread is left alone with a large one at the end.
    tensors.sort(Comparator.<ModelTensor>comparingLong(tensor -> tensor.bytes().size()).reversed());
    List<ByteSource.Stored> records = recordsOf(tensors);
    long bytes = tensors.stream().mapToLong(tensor -> tensor.bytes().size()).sum();
    progress.planned(bytes);
    RecordChecks checks = new RecordChecks();
    TensorDigest[] digests = new TensorDigest[tensors.size()];
    ParallelTasks.run(
        tensors.size() + records.size(),
        bytes,
        Runtime.getRuntime().availableProcessors(),
        () -> {
          CopyBuffers buffers = new CopyBuffers();
          MessageDigest digest = Sha256.start();
          return piece -> {
            if (piece < digests.length) {
              RecordChecks.check(tensors.get(piece).ownRecords(), buffers);
              digests[piece] = sumUp(tensors.get(piece), digest, buffers, progress);
            } else {
              checks.read(records.get(piece - digests.length), buffers);
            }
          };
        });
    checks.check();
    List<TensorDigest> byName = new ArrayList<>(List.of(digests));
    byName.sort(Comparator.comparing(TensorDigest::name, Utf8Order.COMPARATOR));
    return new ModelDigest(byName);
  }

  static List<ByteSource.Stored> recordsOf(List<ModelTensor> tensors) {
    Set<ByteSource.Stored> records = Collections.newSetFromMap(new IdentityHashMap<>());
    tensors.forEach(tensor -> records.addAll(tensor.records()));
    return List.copyOf(records);
  }

  static TensorDigest sumUp(
      ModelTensor tensor, MessageDigest digest, CopyBuffers buffers, ProgressListener progress)
      throws CheckpointException, IOException {
    digest.reset();
    feed(tensor, digest, buffers, progress);
    return new TensorDigest(tensor.name(), tensor.dtype(), tensor.shape(), Sha256.hex(digest));
  }

  /** Adds the bytes of a tensor to a digest. */
  static void feed(
      ModelTensor tensor, MessageDigest digest, CopyBuffers buffers, ProgressListener progress)
      throws CheckpointException, IOException {
    long size = tensor.bytes().size();
    for (long at = 0; at < size; at += CopyBuffers.SIZE) {
      int length = (int) Math.min(CopyBuffers.SIZE, size - at);
      tensor.bytes().read(at, buffers.first().asSlice(0, length));
      digest.update(buffers.firstArray(), 0, length);
      progress.written(length);
    }
  }
}
