package dev.pt2st.verify;

import dev.pt2st.CheckpointException;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.FileGuard;
import dev.pt2st.io.Input;
import dev.pt2st.io.MappedFile;
import dev.pt2st.text.Utf8Order;
import dev.pt2st.work.ParallelTasks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares two models: names, dtypes, shapes and every bit of every element. Each may be a
 * checkpoint of any layout, a safetensors file or the index of several. A checkpoint's elements are
 * looked up one by one, independently of the code that converts them. A safetensors file must
 * follow all rules of the format.
 *
 * <p>Thread-safe. Each call starts a few threads of its own, which have ended when it returns; any
 * of them may call the listener. If the listener throws, the call throws the same exception. If the
 * calling thread is interrupted, the call throws a {@link
 * java.nio.channels.ClosedByInterruptException} as soon as it touches a file, and the thread stays
 * interrupted. A comparison never writes an output.
 */
public final class Verifier {
  /**
   * Bytes of one piece of work: large enough to be worth its overhead, small compared to a file.
   */
  private static final long PIECE = 20L * CopyBuffers.SIZE;

  /** More threads would only wait for memory and disk. */
  private static final int MOST_THREADS = 4;

  private final Model expected;
  private final Model found;
  private final ProgressListener progress;
  private final List<Difference> differences = new ArrayList<>();
  private final List<Comparison> comparisons = new ArrayList<>();
  private final RecordChecks checks = new RecordChecks();
  private final List<Piece> pieces = new ArrayList<>();

  /** One piece of work of a thread. */
  @FunctionalInterface
  private interface Piece {
    void run(CopyBuffers buffers) throws CheckpointException, IOException;
  }

  private Verifier(Model expected, Model found, ProgressListener progress) {
    this.expected = expected;
    this.found = found;
    this.progress = progress;
  }

  /**
   * Compares two models.
   *
   * @param expected the reference, such as the input of a conversion
   * @param found the other model, such as the output
   * @param options select and convert the tensors of the expected model and of checkpoints, as for
   *     a conversion; a found safetensors file is taken as it is
   * @param progress receives the progress of unpacking, and the number of bytes compared
   * @return the differences
   * @throws CheckpointException if one of them is malformed, refused or over a limit
   * @throws IOException if one cannot be read
   */
  public static Verification verify(
      Path expected, Path found, ConvertOptions options, ProgressListener progress)
      throws CheckpointException, IOException {
    return verify(Input.of(expected), Input.of(found), options, progress);
  }

  /**
   * Like {@link #verify(Path, Path, ConvertOptions, ProgressListener)}, for inputs on this disk or
   * sources that are read by ranges. Such a source is one file or a member of one, but no index or
   * folder.
   *
   * @throws CheckpointException if one of them is malformed, refused or over a limit
   * @throws IOException if one cannot be read
   */
  @SuppressWarnings("exports") // for programs that know where sources come from
  public static Verification verify(
      Input expected, Input found, ConvertOptions options, ProgressListener progress)
      throws CheckpointException, IOException {
    try (Model one = Model.openInput(expected, options, progress);
        Model other = Model.open(found, options, progress)) {
      return compare(one, other, progress);
    }
  }

  static Verification compare(Model expected, Model found, ProgressListener progress)
      throws CheckpointException, IOException {
    List<MappedFile> files = new ArrayList<>(expected.files());
    files.addAll(found.files());
    return FileGuard.guarded(files, () -> new Verifier(expected, found, progress).run());
  }

  private Verification run() throws CheckpointException, IOException {
    pair();
    compareStandIns();
    long bytes = comparisons.stream().mapToLong(Comparison::size).sum();
    progress.planned(bytes);
    ParallelTasks.run(
        pieces.size(),
        bytes,
        MOST_THREADS,
        () -> {
          CopyBuffers buffers = new CopyBuffers();
          return piece -> pieces.get(piece).run(buffers);
        });
    checks.check();
    for (Comparison comparison : comparisons) {
      if (!comparison.isSame()) {
        differences.add(comparison.difference());
      }
    }
    differences.sort(Comparator.comparing(Difference::name, Utf8Order.COMPARATOR));
    return new Verification(comparisons.size(), bytes, differences);
  }

  /** Pairs the tensors by name, and cuts their comparisons into pieces. */
  private void pair() {
    Map<String, ModelTensor> others = new HashMap<>();
    found.tensors().forEach(tensor -> others.put(tensor.name(), tensor));
    Set<ByteSource.Stored> checked = Collections.newSetFromMap(new IdentityHashMap<>());
    for (ModelTensor tensor : expected.tensors()) {
      ModelTensor other = others.remove(tensor.name());
      if (other == null) {
        differences.add(new Difference.Missing(tensor.name(), tensor.dtype(), tensor.shape()));
      } else if (tensor.dtype() != other.dtype() || !tensor.shape().equals(other.shape())) {
        differences.add(
            new Difference.OtherForm(
                tensor.name(), tensor.dtype(), tensor.shape(), other.dtype(), other.shape()));
      } else {
        checkRecords(tensor, checked);
        checkRecords(other, checked);
        compare(new Comparison(tensor, other));
      }
    }
    for (ModelTensor tensor : others.values()) {
      differences.add(new Difference.Unexpected(tensor.name(), tensor.dtype(), tensor.shape()));
    }
  }

  private void checkRecords(ModelTensor tensor, Set<ByteSource.Stored> checked) {
    for (ByteSource.Stored record : tensor.records()) {
      if (checked.add(record)) {
        pieces.add(buffers -> checks.read(record, buffers));
      }
    }
    if (!tensor.ownRecords().isEmpty()) {
      pieces.add(buffers -> RecordChecks.check(tensor.ownRecords(), buffers));
    }
  }

  private void compare(Comparison comparison) {
    comparisons.add(comparison);
    for (long from = 0; from < comparison.size(); from += PIECE) {
      long position = from;
      long length = Math.min(PIECE, comparison.size() - from);
      pieces.add(buffers -> comparison.compare(position, length, buffers, progress));
    }
  }

  private void compareStandIns() {
    expected
        .dropped()
        .forEach((name, standIn) -> {
          String said = found.metadata().get(name);
          if (!standIn.equals(said)) {
            differences.add(new Difference.OtherStandIn(name, standIn, said));
          }
        });
  }
}
