package dev.pt2st.checkpoint;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.Containers;
import dev.pt2st.archive.ExportedProgram;
import dev.pt2st.archive.ZipEntry;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.HeapBudget;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.torch.ReadContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the weights of {@code torch.export.save}. The model is the {@code state_dict} of the
 * program. The top also has its constants under their own names: non-persistent buffers, and
 * tensors in the code. If an archive has several programs, each is under its name. The program
 * itself and its sample inputs are not read.
 */
final class ExportedProgramReader {
  private final Container.ExportedPrograms archive;
  private final ReadContext reading;
  private final ZipRecords records;
  private final HeapBudget budget;
  private final List<Storage> storages = new ArrayList<>();
  private long tensors;
  private int protocol;

  private ExportedProgramReader(Container.ExportedPrograms archive, ReadContext reading) {
    this.archive = archive;
    this.reading = reading;
    this.records = new ZipRecords(archive.archive(), archive.file(), reading.settings());
    this.budget = reading.budget();
  }

  static Checkpoint read(Container.ExportedPrograms archive, ReadContext reading)
      throws CheckpointException {
    return new ExportedProgramReader(archive, reading).read();
  }

  private Checkpoint read() throws CheckpointException {
    DictValue all = new DictValue(DictValue.Kind.DICT);
    DictValue state = new DictValue(DictValue.Kind.DICT);
    for (ExportedProgram program : archive.programs()) {
      boolean only = archive.programs().size() == 1;
      DictValue programAll = only ? all : below(all, program.name());
      DictValue programState = only ? state : below(state, program.name());
      add(program.weights(), programAll, programState);
      add(program.constants(), programAll, null);
    }
    return new Checkpoint(archive, all, reading.globals().all(), tensors, protocol)
        .withModel(state)
        .withStorages(storages);
  }

  private static DictValue below(DictValue dict, String name) {
    DictValue below = new DictValue(DictValue.Kind.DICT);
    dict.put(new Value.Text(name), below);
    return below;
  }

  private void add(ExportedProgram.@Nullable Part part, DictValue all, @Nullable DictValue state)
      throws CheckpointException {
    switch (part) {
      case null -> {}
      case ExportedProgram.Saved saved -> addSaved(saved.entry(), all, state);
      case ExportedProgram.Configured configured -> addConfigured(configured, all, state);
    }
  }

  private void addSaved(ZipEntry entry, DictValue all, @Nullable DictValue state)
      throws CheckpointException {
    // serialize_torch_artifact of torch/_export/serde/serialize.py writes no bytes if there is no
    // state.
    if (entry.bytes().size() == 0) {
      return;
    }
    Place place = records.placeOf(entry);
    if (!(saved(entry) instanceof DictValue dict)) {
      throw new MalformedException(place, "the record is not a checkpoint of a dict");
    }
    for (DictValue.Entry item : dict.entries()) {
      put(item.key(), item.value(), all, state, place);
    }
  }

  private void addConfigured(
      ExportedProgram.Configured part, DictValue all, @Nullable DictValue state)
      throws CheckpointException {
    Place place = records.placeOf(part.entry());
    if (!(records.json(part.entry(), budget) instanceof DictValue top)
        || !(top.get("config") instanceof DictValue config)) {
      throw new MalformedException(place, "the configuration is not as PyTorch writes it");
    }
    ExportedPayload payload =
        new ExportedPayload(archive.archive(), records.byteOrder(), part.folder());
    for (DictValue.Entry item : config.entries()) {
      if (!(item.key() instanceof Value.Text name)
          || !(item.value() instanceof DictValue meta)
          || !(meta.get("use_pickle") instanceof Value.Bool(boolean pickled))) {
        throw new MalformedException(place, "the configuration is not as PyTorch writes it");
      }
      if (!pickled) {
        tensors++;
        put(name, payload.tensor(name.value(), meta, place), all, state, place);
      } else if (meta.get("tensor_meta") instanceof DictValue) {
        put(name, pickled(name, meta, part.folder(), place), all, state, place);
      }
      // Pickled values other than tensors are objects of C++ or user classes, and not weights.
    }
    storages.addAll(payload.storages());
  }

  private Value pickled(Value.Text name, DictValue meta, String folder, Place place)
      throws CheckpointException {
    Place at = place.ofTensor(name.value());
    String path = folder + ExportedPayload.path(meta, at);
    ZipEntry entry = archive.archive().record(path).orElse(null);
    if (entry == null) {
      throw new MalformedException(at, "the archive has no record " + path);
    }
    return saved(entry);
  }

  /** Reads the value of a checkpoint that is a record of the archive. */
  private Value saved(ZipEntry entry) throws CheckpointException {
    MappedFile file = archive.file();
    Container container =
        Containers.inRecord(
            file, entry, reading.settings().limits(), reading.settings().checkCrc());
    Checkpoint checkpoint =
        switch (container) {
          case Container.TorchZip zip -> new TorchZipReader(reading).read(zip);
          case Container.LegacyStream legacy -> new LegacyStreamReader(reading).read(legacy);
          default ->
              throw new UnsupportedException(
                  records.placeOf(entry),
                  "the record is not a checkpoint of torch.save but a " + container.layout(),
                  Remedy.NONE);
        };
    tensors += checkpoint.tensors();
    storages.addAll(checkpoint.storages());
    protocol = Math.max(protocol, checkpoint.protocol());
    return checkpoint.top();
  }

  private static void put(
      Value name, Value value, DictValue all, @Nullable DictValue state, Place place)
      throws CheckpointException {
    if (name instanceof Value.Text text && all.get(text.value()) != null) {
      throw new RefusedException(
          place,
          "a constant has the name \"" + text.value() + "\", as a weight has",
          new Remedy.Advice("rename it and export again"));
    }
    if (!all.put(name, value)) {
      throw new MalformedException(place, "a tensor has a name of a kind that cannot be one");
    }
    if (state != null) {
      state.put(name, value);
    }
  }
}
