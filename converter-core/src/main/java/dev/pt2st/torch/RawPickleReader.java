package dev.pt2st.torch;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.Container;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.pickle.Unpickler;

/** Reads one pickle that was written without {@code torch.save}. */
final class RawPickleReader {
  private final Reading reading;

  RawPickleReader(Reading reading) {
    this.reading = reading;
  }

  Checkpoint read(Container.RawPickle raw) throws CheckpointException {
    Place place = Place.of(raw.file().path());
    TorchDomain domain = new TorchDomain(reading, raw.file(), PersistentIds.NONE);
    ByteCursor in = new ByteCursor(raw.file().segment(), place);
    Unpickler.Result result = Unpickler.load(in, domain, reading.budget());
    if (in.remaining() > 0) {
      throw new UnsupportedException(
          in.place(),
          "the pickle ends here and " + in.remaining() + " more bytes follow",
          "a file of several pickles, or of joblib, is not converted: do not trust it blindly");
    }
    return new Checkpoint(
        raw, result.value(), domain.globals(), domain.tensors(), result.protocol());
  }
}
