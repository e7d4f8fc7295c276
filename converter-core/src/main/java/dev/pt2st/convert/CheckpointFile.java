package dev.pt2st.convert;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.ReadOptions;
import dev.pt2st.ResourceName;
import dev.pt2st.UnpackingListener;
import dev.pt2st.checkpoint.OpenCheckpoint;
import dev.pt2st.convert.copy.TensorMemory;
import dev.pt2st.convert.names.NamedTensor;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.planner.PlainElements;
import dev.pt2st.convert.planner.RootTensors;
import dev.pt2st.io.Input;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.NestedContent;
import dev.pt2st.torch.value.QuantizedContent;
import dev.pt2st.torch.value.ShardedContent;
import dev.pt2st.torch.value.SparseContent;
import dev.pt2st.torch.value.TensorValue;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint whose tensors are read without converting it. They have the names that a conversion
 * would give them. The values of each are a {@link MemorySegment}: contiguous, row-major and
 * little-endian, whatever the strides, byte order, compression or conj and neg bits in the file.
 *
 * <pre>{@code
 * try (CheckpointFile file = CheckpointFile.open(Path.of("in.pt"), ReadOptions.STANDARD)) {
 *   MemorySegment values = file.data("layer.weight");
 *   float first = values.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0);
 * }
 * }</pre>
 *
 * <p><b>Memory.</b> All memory belongs to this file and is valid until {@link #close()}; using it
 * afterwards throws an {@link IllegalStateException}. If {@link #isInPlace} is true, the values are
 * a slice of the mapped file and nothing is copied. Otherwise they are copied on first use: small
 * amounts into native memory, larger ones into a nameless temporary file that is mapped. Heap use
 * does not depend on their size.
 *
 * <p><b>Safety.</b> No code in the file is run. A file that a conversion would refuse because of
 * its globals or its tensor names is refused here too.
 *
 * <p><b>Threads.</b> Any number of threads may use it. A thread that asks for values that another
 * thread is preparing waits for them.
 */
public final class CheckpointFile implements AutoCloseable {
  private final ResourceName name;
  private final OpenCheckpoint file;
  private final TensorMemory memory;
  private final List<CheckpointTensor> tensors = new ArrayList<>();
  private final List<Plan.Skipped> others = new ArrayList<>();
  private final Map<String, Entry> byName = new HashMap<>();

  /** A tensor and the view of its elements. */
  private record Entry(CheckpointTensor tensor, TensorView view) {}

  private CheckpointFile(ResourceName name, OpenCheckpoint file, ReadOptions options) {
    this.name = name;
    this.file = file;
    this.memory = new TensorMemory(file.file(), options, ScratchFolder.TEMPORARY);
  }

  /**
   * Opens a checkpoint and names the tensors of the root that the rules choose.
   *
   * @param path a file, compressed or not, or {@code archive!member}
   * @param options the policy for globals, the limits, and whether the CRC-32 of a record is
   *     compared when its values are first used
   * @throws CheckpointException if it is not a checkpoint, is refused, malformed or over a limit
   * @throws IOException if it cannot be read
   */
  public static CheckpointFile open(Path path, ReadOptions options)
      throws CheckpointException, IOException {
    return open(path, options, ConvertOptions.AUTO_ROOT);
  }

  /**
   * Opens a checkpoint and names the tensors of a root.
   *
   * @param root {@link ConvertOptions#AUTO_ROOT}, {@link ConvertOptions#ALL_ROOT} for everything
   *     that the file holds, or a path such as {@code ema.state_dict}
   * @throws CheckpointException if it is not a checkpoint, is refused, malformed or over a limit,
   *     or has no such root
   * @throws IOException if it cannot be read
   */
  public static CheckpointFile open(Path path, ReadOptions options, String root)
      throws CheckpointException, IOException {
    return open(Input.of(path), options, root);
  }

  /**
   * Like {@link #open(Path, ReadOptions, String)}, for a file on this disk or a source that is read
   * by ranges. The values of a tensor are fetched when they are first used.
   *
   * @throws CheckpointException if it is not a checkpoint, is refused, malformed or over a limit,
   *     or has no such root
   * @throws IOException if it cannot be read
   */
  @SuppressWarnings("exports") // for programs that know where sources come from
  public static CheckpointFile open(Input input, ReadOptions options, String root)
      throws CheckpointException, IOException {
    OpenCheckpoint file =
        OpenCheckpoint.open(input, options, ScratchFolder.TEMPORARY, UnpackingListener.NONE);
    try {
      CheckpointFile opened = new CheckpointFile(input.name(), file, options);
      ConvertOptions named = ConvertOptions.STANDARD.withRead(options).withRoot(root);
      return file.guarded(() -> opened.take(RootTensors.of(file.read(), named)));
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  private CheckpointFile take(RootTensors found) throws MalformedException {
    for (NamedTensor named : found.naming().taken()) {
      for (TensorView view : named.tensor().content().views()) {
        if (view.storage().source() == null) {
          throw new MalformedException(
              Place.of(file.file().name()).ofTensor(named.name()), view.storage().whyMissing());
        }
      }
      switch (named.tensor().content()) {
        case TensorValue.Strided(TensorView view) -> add(named.name(), view);
        case TensorValue.Other other -> others.add(new Plan.Skipped(named.name(), other.what()));
        case ShardedContent tensor ->
            others.add(new Plan.Skipped(named.name(), "a tensor in several pieces"));
        case QuantizedContent tensor ->
            others.add(new Plan.Skipped(named.name(), "a quantized tensor"));
        case SparseContent tensor -> others.add(new Plan.Skipped(named.name(), "a sparse tensor"));
        case NestedContent tensor -> others.add(new Plan.Skipped(named.name(), "a nested tensor"));
      }
    }
    return this;
  }

  private void add(String name, TensorView view) {
    DType dtype = view.dtype();
    TensorView read = PlainElements.isForeignComplex(dtype) ? view.asReal() : view;
    String why = PlainElements.whyUnwritable(read);
    if (why != null) {
      others.add(new Plan.Skipped(name, why));
      return;
    }
    CheckpointTensor tensor =
        new CheckpointTensor(name, dtype, PlainElements.headerShape(dtype, view.shape()));
    tensors.add(tensor);
    byName.put(name, new Entry(tensor, read));
  }

  /** The name of the file in messages: its path or address as the caller gave it. */
  public ResourceName name() {
    return name;
  }

  /** The tensors that have values, in the order of the checkpoint. */
  public List<CheckpointTensor> tensors() {
    return List.copyOf(tensors);
  }

  /** The tensor of this name. */
  public Optional<CheckpointTensor> tensor(String name) {
    Entry entry = byName.get(name);
    return entry == null ? Optional.empty() : Optional.of(entry.tensor);
  }

  /**
   * The tensors of the root that are not plain elements, such as sparse, quantized and meta
   * tensors, each with the reason.
   */
  public List<Plan.Skipped> tensorsWithoutValues() {
    return List.copyOf(others);
  }

  /**
   * The values of a tensor: contiguous, row-major, little-endian, read-only. They need not be
   * aligned in memory, so read them with {@code JAVA_FLOAT_UNALIGNED} and the like.
   *
   * @param tensor one of {@link #tensors()}
   * @return {@link CheckpointTensor#byteSize()} bytes, the same memory each time, valid until
   *     {@link #close()}
   * @throws MalformedException if the record is damaged
   * @throws CheckpointException if the file was cut short, or a limit is passed
   * @throws IOException if it cannot be read, or there is no room for a copy
   * @throws IllegalArgumentException if it is not a tensor of this file
   * @throws IllegalStateException if the file is closed
   */
  public MemorySegment data(CheckpointTensor tensor) throws CheckpointException, IOException {
    TensorView view = view(tensor);
    return file.guarded(() -> memory.of(view));
  }

  /**
   * The values of the tensor of this name; see {@link #data(CheckpointTensor)}.
   *
   * @throws CheckpointException as {@link #data(CheckpointTensor)} does
   * @throws IOException as {@link #data(CheckpointTensor)} does
   * @throws IllegalArgumentException if there is no such tensor
   */
  public MemorySegment data(String name) throws CheckpointException, IOException {
    return data(
        tensor(name).orElseThrow(() -> new IllegalArgumentException("no tensor is named " + name)));
  }

  /**
   * Copies the values of a tensor into the caller's memory. So a large checkpoint can be read with
   * no more memory than its largest tensor takes.
   *
   * @param target receives them from its start
   * @throws CheckpointException as {@link #data(CheckpointTensor)} does
   * @throws IOException as {@link #data(CheckpointTensor)} does
   * @throws IllegalArgumentException if the tensor is not of this file, or the target is too small
   */
  public void copy(CheckpointTensor tensor, MemorySegment target)
      throws CheckpointException, IOException {
    TensorView view = view(tensor);
    if (target.byteSize() < tensor.byteSize()) {
      throw new IllegalArgumentException(
          tensor.byteSize() + " bytes do not fit into " + target.byteSize());
    }
    file.guarded(() -> {
      memory.copy(view, target);
      return view;
    });
  }

  /**
   * Whether {@link #data(CheckpointTensor)} returns the values without a copy: they are stored
   * uncompressed, contiguous, little-endian and without a conj or neg bit. If the whole checkpoint
   * is compressed or in an archive, this refers to the unpacked file.
   *
   * @param tensor one of {@link #tensors()}
   */
  public boolean isInPlace(CheckpointTensor tensor) {
    return TensorMemory.isInPlace(view(tensor));
  }

  private TensorView view(CheckpointTensor tensor) {
    @Nullable Entry entry = byName.get(tensor.name());
    if (entry == null || !entry.tensor.equals(tensor)) {
      throw new IllegalArgumentException("no tensor of " + name + ": " + tensor.name());
    }
    return entry.view;
  }

  /**
   * Invalidates all memory that was handed out and closes the file. May be called more than once.
   */
  @Override
  public void close() throws IOException {
    try (file) {
      memory.close();
    }
  }
}
