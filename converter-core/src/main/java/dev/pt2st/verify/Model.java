package dev.pt2st.verify;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.ReadOptions;
import dev.pt2st.UnpackingListener;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.Containers;
import dev.pt2st.archive.OpenSource;
import dev.pt2st.checkpoint.sharded.folder.FolderPart;
import dev.pt2st.convert.data.TensorData;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.options.NameOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.plan.Plan.PlannedTensor;
import dev.pt2st.convert.source.ModelFolder;
import dev.pt2st.convert.source.TensorSource;
import dev.pt2st.io.FileGuard;
import dev.pt2st.io.Input;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.safetensors.SafetensorsFile;
import dev.pt2st.safetensors.SafetensorsModel;
import dev.pt2st.safetensors.ShardNames;
import dev.pt2st.safetensors.format.SafetensorsContent;
import dev.pt2st.tensor.TensorInfo;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The tensors of a model in one or several files, ready to be read. Closing it closes the files.
 */
final class Model implements AutoCloseable {
  private final List<MappedFile> files = new ArrayList<>();
  private final List<ModelTensor> tensors = new ArrayList<>();
  private final List<Closeable> open = new ArrayList<>();
  private Map<String, String> dropped = Map.of();
  private Map<String, String> metadata = Map.of();

  private Model() {}

  /**
   * Opens a checkpoint, a safetensors file or the index of several, detected by its content.
   *
   * @param named one of these, or the name of a model that exists only as shards
   * @param options select and convert the tensors of a checkpoint; a safetensors file is taken as
   *     it is
   * @param listener receives the progress of unpacking if it is compressed
   */
  static Model open(Input named, ConvertOptions options, UnpackingListener listener)
      throws CheckpointException, IOException {
    return open(named, options, listener, false);
  }

  /**
   * Like {@link #open}, but the options apply to a safetensors file too, as for the input of a
   * conversion.
   */
  static Model openInput(Input named, ConvertOptions options, UnpackingListener listener)
      throws CheckpointException, IOException {
    boolean changes = options.cast().isPresent() || !options.names().equals(NameOptions.NONE);
    return open(named, options, listener, changes);
  }

  private static Model open(
      Input named, ConvertOptions options, UnpackingListener listener, boolean isPlanned)
      throws CheckpointException, IOException {
    Model model = new Model();
    try {
      switch (named) {
        case Input.OnDisk file -> model.open(file.path(), options, listener, isPlanned);
        case Input.Ranged ranged when isPlanned ->
            model.takePlanned(
                TensorSource.open(ranged, options, ScratchFolder.TEMPORARY, listener), options);
        case Input.Ranged ranged -> model.open(ranged, options, listener);
      }
      return model;
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  private void open(
      Path named, ConvertOptions options, UnpackingListener listener, boolean isPlanned)
      throws CheckpointException, IOException {
    Path path = ModelFolder.indexIn(named).orElse(ShardNames.toOpen(named));
    if (isPlanned || isCheckpointIndex(path) || ModelFolder.isCheckpoint(path)) {
      takePlanned(TensorSource.open(path, options, ScratchFolder.TEMPORARY, listener), options);
    } else if (isSafetensors(path)) {
      openSafetensors(path);
    } else {
      FolderPart.refuse(path);
      openWrapped(Input.of(path), options, listener);
    }
  }

  private void open(Input.Ranged named, ConvertOptions options, UnpackingListener listener)
      throws CheckpointException, IOException {
    Map<String, String> index = SafetensorsContent.indexOf(named, ScratchFolder.TEMPORARY);
    if (index == null) {
      FolderPart.refuse(named);
      openWrapped(named, options, listener);
    } else if (index.values().stream().anyMatch(name -> name.endsWith(ShardNames.EXTENSION))) {
      SafetensorsModel model = SafetensorsModel.open(named, index, ScratchFolder.TEMPORARY);
      open.add(model::close);
      FileGuard.guarded(
          model.files().stream().map(SafetensorsFile::file).toList(),
          () -> {
            take(model);
            return this;
          });
    } else {
      takePlanned(TensorSource.open(named, options, ScratchFolder.TEMPORARY, listener), options);
    }
  }

  private static boolean isSafetensors(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (MappedFile file = MappedFile.open(path)) {
      return SafetensorsContent.isOne(file);
    }
  }

  /** Whether a file is the index of shards that are checkpoints. */
  private static boolean isCheckpointIndex(Path path) throws CheckpointException, IOException {
    if (!String.valueOf(path.getFileName()).endsWith(".json")) {
      return false;
    }
    Map<String, String> index = SafetensorsContent.indexOf(path);
    return index != null
        && index.values().stream().noneMatch(name -> name.endsWith(ShardNames.EXTENSION));
  }

  /**
   * Whether the decompressed content, or the archive member that was named, is a safetensors file.
   */
  private static boolean isSafetensors(OpenSource source) throws CheckpointException, IOException {
    return source.guardedOrClosed(
        () -> source.archive() == null && Containers.isSafetensors(source.file()));
  }

  /**
   * The tensors of a plan. Its checkpoint must stay open as long as the model is used.
   *
   * @param inputs the files in which they lie
   * @param folder where compressed records are unpacked
   */
  static Model of(Plan plan, List<MappedFile> inputs, ReadOptions options, ScratchFolder folder)
      throws CheckpointException, IOException {
    Model model = new Model();
    try {
      model.take(plan, inputs, options, folder);
      return model;
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /** The tensors of safetensors files that are open already. */
  static Model of(SafetensorsModel files) {
    Model model = new Model();
    model.take(files);
    return model;
  }

  private void openSafetensors(Path path) throws CheckpointException, IOException {
    SafetensorsModel model = SafetensorsModel.open(path);
    open.add(model::close);
    take(model);
  }

  /** Opens what should be a safetensors file by its name. */
  private void openSafetensors(Input input) throws CheckpointException, IOException {
    switch (input) {
      case Input.OnDisk file -> openSafetensors(file.path());
      case Input.Ranged ranged -> {
        MappedFile file = ranged.open(ScratchFolder.TEMPORARY);
        open.add(file::close);
        FileGuard.guarded(
            List.of(file),
            () -> {
              take(SafetensorsModel.of(List.of(file), null));
              return this;
            });
      }
    }
  }

  private void take(SafetensorsModel model) {
    for (SafetensorsFile file : model.files()) {
      files.add(file.file());
      file.file().willReadAll();
    }
    metadata = model.metadata();
    for (SafetensorsModel.Tensor tensor : model.tensors()) {
      TensorInfo info = tensor.info();
      tensors.add(
          new ModelTensor(
              info.name(),
              info.dtype(),
              info.shape(),
              new TensorBytes.Plain(tensor.data()),
              List.of()));
    }
  }

  /**
   * Opens what is not a plain safetensors file: a checkpoint, or either of the two compressed or in
   * an archive.
   */
  private void openWrapped(Input named, ConvertOptions options, UnpackingListener listener)
      throws CheckpointException, IOException {
    OpenSource source =
        OpenSource.open(
            named,
            options.read().limits(),
            options.read().comparesCrc(),
            ScratchFolder.TEMPORARY,
            listener);
    if (named instanceof Input.Ranged) {
      source.guardedOrClosed(() -> {
        SafetensorsContent.refuseIndex(source.file());
        return source;
      });
    }
    if (isSafetensors(source)) {
      open.add(source::close);
      source.guarded(() -> {
        take(SafetensorsModel.of(List.of(source.file()), null));
        return this;
      });
      return;
    }
    TensorSource input;
    try {
      input = TensorSource.of(source, options, ScratchFolder.TEMPORARY);
    } catch (UnsupportedException e) {
      if (!named.name().text().endsWith(ShardNames.EXTENSION)) {
        throw e;
      }
      // Not a known format: the error about the format that its name promises says more.
      openSafetensors(named);
      return;
    }
    takePlanned(input, options);
  }

  private void takePlanned(TensorSource input, ConvertOptions options)
      throws CheckpointException, IOException {
    open.add(input::close);
    Plan plan = input.plan(options);
    input.guarded(() -> {
      take(plan, input.files(), options.read(), ScratchFolder.TEMPORARY);
      return this;
    });
  }

  private void take(Plan plan, List<MappedFile> inputs, ReadOptions options, ScratchFolder folder)
      throws CheckpointException, IOException {
    files.addAll(inputs);
    List<Storage> storages = new ArrayList<>();
    for (PlannedTensor tensor : plan.tensors()) {
      for (TensorView view : PieceRecords.others(TensorData.of(tensor))) {
        storages.add(view.storage());
      }
    }
    StorageBytes bytes =
        StorageBytes.of(
            storages,
            options.limits(),
            options.comparesCrc(),
            folder,
            Place.of(inputs.getFirst().name()));
    open.add(bytes::close);
    for (PlannedTensor tensor : plan.tensors()) {
      tensors.add(ExpectedTensor.of(tensor.info().name(), TensorData.of(tensor), bytes));
    }
    dropped = plan.dropped();
    metadata = plan.metadata();
  }

  /** All tensors, in the order of the files. */
  List<ModelTensor> tensors() {
    return tensors;
  }

  /** Names that are not written, each with the tensor that has its elements. */
  Map<String, String> dropped() {
    return dropped;
  }

  /** The texts of {@code __metadata__}. */
  Map<String, String> metadata() {
    return metadata;
  }

  /** All mapped files. */
  List<MappedFile> files() {
    return files;
  }

  @Override
  public void close() throws IOException {
    for (Closeable closeable : open.reversed()) {
      closeable.close();
    }
  }
}
