package dev.pt2st.convert.source;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.ResourceName;
import dev.pt2st.archive.OpenSource;
import dev.pt2st.convert.data.TensorData;
import dev.pt2st.convert.names.KeyPath;
import dev.pt2st.convert.names.NamedTensor;
import dev.pt2st.convert.planner.FlatModel;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.FileGuard;
import dev.pt2st.io.Input;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.pickle.analysis.GlobalTracer;
import dev.pt2st.pickle.analysis.PickleTrace;
import dev.pt2st.safetensors.SafetensorsFile;
import dev.pt2st.safetensors.SafetensorsModel;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.TensorInfo;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.TensorValue;
import dev.pt2st.work.Deadline;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The tensors of safetensors files. Each is a range of its file, and none of its bytes are read
 * here.
 */
final class SafetensorsTensors {
  private final List<NamedTensor> tensors = new ArrayList<>();
  private final IdentityHashMap<TensorValue, TensorData.Packed> packed = new IdentityHashMap<>();

  private SafetensorsTensors() {}

  /** Opens the files of an index. */
  static FlatSource open(Path index, Limits limits) throws CheckpointException, IOException {
    SafetensorsModel model = SafetensorsModel.open(index);
    try {
      for (SafetensorsFile file : model.files()) {
        refusePickle(file.file(), limits, new Deadline(limits, file.size()));
      }
    } catch (CheckpointException | RuntimeException | Error e) {
      model.close();
      throw e;
    }
    List<Path> inputs = new ArrayList<>(List.of(index));
    model.files().forEach(file -> file.file().path().ifPresent(inputs::add));
    return of(model, Place.of(ResourceName.of(index)), inputs, "", model::close);
  }

  /** Opens the files beside an index that is read by ranges. */
  static FlatSource open(
      Input.Ranged index, Map<String, String> fileOf, Limits limits, ScratchFolder folder)
      throws CheckpointException, IOException {
    SafetensorsModel model = SafetensorsModel.open(index, fileOf, folder);
    try {
      for (SafetensorsFile file : model.files()) {
        MappedFile opened = file.file();
        FileGuard.guarded(
            List.of(opened),
            () -> {
              refusePickle(opened, limits, new Deadline(limits, file.size()));
              return model;
            });
      }
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      model.close();
      throw e;
    }
    return of(model, Place.of(index.name()), List.of(), "", model::close);
  }

  /** Opens the only file in an input; closing the result closes the input. */
  static FlatSource in(OpenSource source, Limits limits) throws CheckpointException {
    MappedFile file = source.file();
    refusePickle(file, limits, source.deadline());
    return of(
        SafetensorsModel.of(List.of(file), null),
        Place.of(file.name()),
        source.input().path().stream().toList(),
        file.name().within(source.input().name()),
        source::close);
  }

  private static FlatSource of(
      SafetensorsModel model, Place place, List<Path> inputs, String member, Closeable opened) {
    SafetensorsTensors found = new SafetensorsTensors();
    long bytes = 0;
    for (SafetensorsFile file : model.files()) {
      bytes += file.size();
    }
    for (SafetensorsModel.Tensor tensor : model.tensors()) {
      found.add(tensor.file(), tensor.info());
    }
    List<MappedFile> files = model.files().stream().map(SafetensorsFile::file).toList();
    String layout = "safetensors" + (files.size() == 1 ? "" : " in " + files.size() + " shards");
    return new FlatSource(
        new FlatModel(
            layout,
            place,
            bytes,
            found.tensors,
            found.packed,
            model.metadata(),
            List.of(),
            List.of()),
        inputs,
        files,
        member,
        opened);
  }

  /**
   * Refuses a file that is also a pickle, as the length of a header may begin with any opcode. With
   * the same names, the output would be such a file again.
   */
  static void refusePickle(MappedFile file, Limits limits, Deadline deadline)
      throws RefusedException {
    Place place = Place.of(file.name());
    PickleTrace trace = GlobalTracer.reach(file.cursor(place), limits, deadline, given -> {});
    if (!trace.counting().isEmpty()) {
      throw new RefusedException(
          place,
          "this safetensors file is a pickle too, which names "
              + trace.counting().getFirst().name(),
          new Remedy.DoNotTrust("only an attack looks like this: do not trust it"));
    }
  }

  private void add(SafetensorsFile file, TensorInfo info) {
    boolean sharesBytes = info.dtype().bitSize() % Byte.SIZE != 0;
    DType dtype = sharesBytes ? DType.U8 : info.dtype();
    Shape shape = sharesBytes ? Shape.of(info.end() - info.begin()) : info.shape();
    TensorView view = view(file, info, dtype, shape);
    TensorValue value = new TensorValue(new TensorValue.Strided(view));
    if (sharesBytes) {
      packed.put(value, new TensorData.Packed(view, info.dtype(), info.shape()));
    }
    tensors.add(new NamedTensor(info.name(), KeyPath.TOP.child(info.name()), value));
  }

  /** The bytes of a tensor in a file, viewed as elements of a dtype. */
  static TensorView view(SafetensorsFile file, TensorInfo info, DType dtype, Shape shape) {
    long bytes = info.end() - info.begin();
    Storage storage = new Storage(info.name(), "cpu", dtype, bytes);
    storage.locate(
        new ByteSource.Stored(
            info.name(), file.file(), file.dataOffset() + info.begin(), bytes, OptionalInt.empty()),
        ByteOrder.LITTLE_ENDIAN);
    return new TensorView(storage, dtype, 0, shape, shape.contiguousStrides());
  }
}
