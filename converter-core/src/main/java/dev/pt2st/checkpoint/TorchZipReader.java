package dev.pt2st.checkpoint;

import dev.pt2st.CheckpointException;
import dev.pt2st.archive.Container;
import dev.pt2st.pickle.Unpickler;
import dev.pt2st.torch.ReadContext;
import dev.pt2st.torch.TorchDomain;

/**
 * Reads the ZIP of PyTorch 1.6 and later: {@code data.pkl} and a record for each storage ({@code
 * _load} in {@code torch/serialization.py}).
 */
final class TorchZipReader {
  private final ReadContext reading;

  TorchZipReader(ReadContext reading) {
    this.reading = reading;
  }

  Checkpoint read(Container.TorchZip zip) throws CheckpointException {
    ZipRecords records = new ZipRecords(zip.archive(), zip.file(), reading.settings());
    ZipStorages storages = new ZipStorages(zip.archive(), records.byteOrder(), "data/");
    TorchDomain domain = new TorchDomain(reading, zip.file(), storages);
    Unpickler.Result result = records.unpickle(zip.pickle(), domain, reading.budget());
    return new Checkpoint(
            zip, result.value(), domain.globals(), domain.tensors(), result.protocol())
        .withStorages(storages.all());
  }
}
