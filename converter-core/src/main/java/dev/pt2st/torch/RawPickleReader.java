package dev.pt2st.torch;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.Container;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.pickle.HeapBudget;
import dev.pt2st.pickle.Unpickler;

/** Reads one pickle that was written without {@code torch.save}. */
final class RawPickleReader {
  private final ReadSettings settings;

  RawPickleReader(ReadSettings settings) {
    this.settings = settings;
  }

  Checkpoint read(Container.RawPickle raw) throws CheckpointException {
    Place place = Place.of(raw.file().path());
    settings.checkPickleSize(raw.file().size(), place);
    TorchDomain domain = new TorchDomain(settings.policy(), PersistentIds.NONE);
    ByteCursor in = new ByteCursor(raw.file().segment(), place);
    Unpickler.Result result = Unpickler.load(in, domain, new HeapBudget(settings.limits()));
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
