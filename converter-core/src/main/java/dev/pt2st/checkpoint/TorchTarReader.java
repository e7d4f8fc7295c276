package dev.pt2st.checkpoint;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.TarEntry;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.pickle.HeapBudget;
import dev.pt2st.pickle.Unpickler;
import dev.pt2st.torch.PersistentIds;
import dev.pt2st.torch.ReadContext;
import dev.pt2st.torch.TorchDomain;

/**
 * Reads the tar of PyTorch before 0.1.10: the storages first, then the tensors over them, then the
 * object, whose persistent ids name both ({@code legacy_load} in {@code torch/serialization.py}).
 * The facts about the machine in {@code sys_info} are ignored there, and also here.
 */
final class TorchTarReader {
  private final ReadContext reading;

  TorchTarReader(ReadContext reading) {
    this.reading = reading;
  }

  Checkpoint read(Container.TorchTar tar) throws CheckpointException {
    HeapBudget budget = reading.budget();
    TorchDomain plain = new TorchDomain(reading, tar.file(), PersistentIds.NONE);
    TarObjects objects = new TarObjects(plain, budget);
    TarEntry storages = record(tar, "storages");
    objects.readStorages(cursor(tar, storages), storages.bytes());
    objects.readTensors(cursor(tar, record(tar, "tensors")));
    TarEntry pickle = record(tar, "pickle");
    reading.settings().checkPickleSize(pickle.bytes().size(), placeOf(tar, pickle));
    TorchDomain domain = new TorchDomain(reading, tar.file(), objects);
    Unpickler.Result result = Unpickler.load(cursor(tar, pickle), domain, budget);
    return new Checkpoint(
        tar,
        result.value(),
        domain.globals(),
        domain.tensors() + objects.tensorsNamed(),
        result.protocol());
  }

  private static TarEntry record(Container.TorchTar tar, String name) throws MalformedException {
    return tar.archive()
        .record(name)
        .orElseThrow(() ->
            new MalformedException(
                Place.of(tar.file().name()), "the archive has no record " + name));
  }

  private static Place placeOf(Container.TorchTar tar, TarEntry entry) {
    return Place.of(tar.file().name()).inEntry(entry.name());
  }

  private static ByteCursor cursor(Container.TorchTar tar, TarEntry entry) {
    return new ByteCursor(entry.bytes().segment(), placeOf(tar, entry));
  }
}
