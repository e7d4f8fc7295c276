package dev.pt2st.checkpoint;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.Container;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.HeapBudget;
import dev.pt2st.pickle.Unpickler;
import dev.pt2st.pickle.Value;
import dev.pt2st.torch.PersistentIds;
import dev.pt2st.torch.ReadContext;
import dev.pt2st.torch.TorchDomain;
import java.math.BigInteger;

/**
 * Reads the stream of PyTorch 0.1.10 to 1.5: magic number, version, facts about the machine, the
 * object, and the list of storage keys, each as a pickle, and then the storages ({@code
 * _legacy_load} in {@code torch/serialization.py}).
 */
final class LegacyStreamReader {
  /** {@code MAGIC_NUMBER} and {@code PROTOCOL_VERSION} of torch/serialization.py. */
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);

  private static final long VERSION = 1001;

  private final ReadContext reading;

  LegacyStreamReader(ReadContext reading) {
    this.reading = reading;
  }

  Checkpoint read(Container.LegacyStream legacy) throws CheckpointException {
    MappedFile file = legacy.file();
    Place place = Place.of(file.name());
    LegacyStorages storages = new LegacyStorages(file);
    TorchDomain domain = new TorchDomain(reading, file, storages);
    HeapBudget budget = reading.budget();
    ByteCursor in = file.cursor(place);
    TorchDomain plain = new TorchDomain(reading, file, PersistentIds.NONE);
    if (!(Unpickler.load(in, plain, budget).value() instanceof Value.BigInt(BigInteger magic))
        || !magic.equals(MAGIC)) {
      throw new MalformedException(place, "the magic number of a PyTorch stream is wrong");
    }
    if (!(Unpickler.load(in, plain, budget).value() instanceof Value.Int(long version))
        || version != VERSION) {
      throw new UnsupportedException(
          place,
          "the stream is not of version " + VERSION + ", the only one there ever was",
          Remedy.NONE);
    }
    Value systemInfo = Unpickler.load(in, plain, budget).value();
    Unpickler.Result result = Unpickler.load(in, domain, budget);
    storages.locate(Unpickler.load(in, plain, budget).value(), in);
    return new Checkpoint(
            legacy, result.value(), domain.globals(), domain.tensors(), result.protocol())
        .withEnd(in.position())
        .withSystemInfo(systemInfo);
  }
}
