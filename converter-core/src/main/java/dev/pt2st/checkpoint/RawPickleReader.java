package dev.pt2st.checkpoint;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.Container;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.Unpickler;
import dev.pt2st.torch.PersistentIds;
import dev.pt2st.torch.ReadContext;
import dev.pt2st.torch.TorchDomain;

/** Reads one pickle that was written without {@code torch.save}. */
final class RawPickleReader {
  /** joblib writes the bytes of an array between two opcodes, after an object of this class. */
  private static final String JOBLIB_ARRAY = "joblib.numpy_pickle.NumpyArrayWrapper";

  private final ReadContext reading;

  RawPickleReader(ReadContext reading) {
    this.reading = reading;
  }

  Checkpoint read(Container.RawPickle raw) throws CheckpointException {
    return read(raw, new TorchDomain(reading, raw.file(), PersistentIds.NONE));
  }

  Checkpoint read(Container.RawPickle raw, TorchDomain domain) throws CheckpointException {
    Place place = Place.of(raw.file().name());
    ByteCursor in = raw.file().cursor(place);
    Unpickler.Result result;
    try {
      result = Unpickler.load(in, domain, reading.budget());
    } catch (MalformedException e) {
      refuseJoblib(domain);
      throw e;
    }
    refuseJoblib(domain);
    if (in.remaining() > 0) {
      throw new UnsupportedException(
          in.place(),
          "the pickle ends here and " + in.remaining() + " more bytes follow",
          new Remedy.DoNotTrust(
              "a file of several pickles is not converted: do not trust it blindly"));
    }
    return new Checkpoint(
        raw, result.value(), domain.globals(), domain.tensors(), result.protocol());
  }

  /**
   * Refuses pickles with such an array: the opcodes after it cannot be told from its bytes, even if
   * some seem to follow.
   */
  private static void refuseJoblib(TorchDomain domain) throws UnsupportedException {
    for (GlobalValue global : domain.globals()) {
      if (global.dottedName().equals(JOBLIB_ARRAY)) {
        throw new UnsupportedException(
            global.place(),
            "this is a joblib file with NumPy arrays between the opcodes of its pickle,"
                + " which is not read",
            new Remedy.Advice(
                "load it with joblib where it was made, and save it with pickle.dump or torch.save"));
      }
    }
  }
}
