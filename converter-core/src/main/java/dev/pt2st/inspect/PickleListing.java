package dev.pt2st.inspect;

import dev.pt2st.CheckpointException;
import dev.pt2st.Deadline;
import dev.pt2st.Place;
import dev.pt2st.ReadOptions;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.pickle.analysis.Disassembler;

/** Disassembles pickles, also broken ones up to where they break. */
record PickleListing(ReadOptions options, PickleListener listener, Deadline deadline)
    implements PickleStreams.Handler {

  @Override
  public void read(ByteCursor in, int number) throws CheckpointException {
    listener.begin(in.place(), number);
    Disassembler disassembler = new Disassembler(in, options.limits());
    while (disassembler.hasNext()) {
      listener.step(disassembler.next());
      deadline.check(in::place);
    }
    listener.end(disassembler.highestProtocol(), disassembler.valuesLeft());
  }

  @Override
  public void rest(Place place, long bytes) {
    listener.rest(place, bytes);
  }
}
