package dev.pt2st.torch;

import dev.pt2st.CheckpointException;
import dev.pt2st.archive.Container;
import dev.pt2st.pickle.HeapBudget;
import dev.pt2st.pickle.Unpickler;

/**
 * Reads the ZIP of PyTorch 1.6 and later: {@code data.pkl} and a record for each storage ({@code
 * _load} in {@code torch/serialization.py}).
 */
final class TorchZipReader {
  private final ReadSettings settings;

  TorchZipReader(ReadSettings settings) {
    this.settings = settings;
  }

  Checkpoint read(Container.TorchZip zip) throws CheckpointException {
    return read(zip, new HeapBudget(settings.limits()));
  }

  /**
   * Reads one of several checkpoints of a file.
   *
   * @param budget what all of them may take
   */
  Checkpoint read(Container.TorchZip zip, HeapBudget budget) throws CheckpointException {
    ZipRecords records = new ZipRecords(zip.archive(), zip.file(), settings);
    ZipStorages storages = new ZipStorages(zip.archive(), records.byteOrder(), "data/");
    TorchDomain domain = new TorchDomain(settings.policy(), storages);
    Unpickler.Result result = records.unpickle(zip.pickle(), domain, budget);
    return new Checkpoint(
            zip, result.value(), domain.globals(), domain.tensors(), result.protocol())
        .withStorages(storages.all());
  }
}
