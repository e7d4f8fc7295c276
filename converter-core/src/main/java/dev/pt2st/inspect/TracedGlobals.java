package dev.pt2st.inspect;

import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalName;
import dev.pt2st.Place;
import dev.pt2st.ReadOptions;
import dev.pt2st.TracedGlobal;
import dev.pt2st.archive.Container;
import dev.pt2st.inspect.pickle.PickleStreams;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.pickle.analysis.GlobalTracer;
import dev.pt2st.pickle.analysis.PickleTrace;
import dev.pt2st.torch.Allowlist;
import dev.pt2st.work.Deadline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects the globals of pickles that cannot be read to their end, as far as their instructions
 * show.
 */
final class TracedGlobals implements PickleStreams.Handler {
  private final ReadOptions options;
  private final Deadline deadline;
  private final Map<GlobalName, GlobalSummary> found = new LinkedHashMap<>();

  private TracedGlobals(ReadOptions options, Deadline deadline) {
    this.options = options;
    this.deadline = deadline;
  }

  /** The globals of all pickles of a container, up to its deadline. */
  static List<GlobalSummary> of(Container container, ReadOptions options, Deadline deadline) {
    TracedGlobals globals = new TracedGlobals(options, deadline);
    try {
      PickleStreams.read(container, options, globals);
    } catch (CheckpointException e) {
      // The error is known already; what was found before it has been noted.
    }
    return new ArrayList<>(globals.found.values());
  }

  @Override
  public void read(ByteCursor in, int number) throws CheckpointException {
    Place start = in.place();
    PickleTrace trace = GlobalTracer.trace(in, options.limits(), deadline);
    for (TracedGlobal global : trace.globals()) {
      found.merge(
          global.name(),
          new GlobalSummary(
              global.name(),
              global.written(),
              Allowlist.standing(global.name(), options.policy()),
              global.use(),
              start.at(global.offset())),
          TracedGlobals::worse);
    }
    CheckpointException problem = trace.problem();
    if (!trace.complete() && problem != null) {
      throw problem;
    }
  }

  /** Merges two summaries: the first place, and the most dangerous use. */
  private static GlobalSummary worse(GlobalSummary first, GlobalSummary next) {
    return next.use().compareTo(first.use()) > 0
        ? new GlobalSummary(
            first.name(), first.written(), first.standing(), next.use(), first.place())
        : first;
  }

  @Override
  public void rest(Place place, long bytes) {}
}
