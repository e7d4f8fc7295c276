package dev.pt2st.fuzz;

import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalName;
import dev.pt2st.Place;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.TracedGlobal;
import dev.pt2st.archive.Container;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.CheckpointReader;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.planner.Planner;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.HeapBudget;
import dev.pt2st.pickle.Unpickler;
import dev.pt2st.pickle.analysis.GlobalTracer;
import dev.pt2st.pickle.analysis.PickleTrace;
import dev.pt2st.testing.PlainDomain;
import dev.pt2st.work.Deadline;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The pickle machine: with a domain that takes every name, with that of PyTorch, and the one that
 * only follows globals. The last must see every global that the first was asked for.
 */
public final class PickleTarget {
  private static final Place PLACE = Place.of(Path.of("fuzz.pkl"));

  /** What {@link GlobalTracer} calls a name that it cannot follow. */
  private static final GlobalName UNKNOWN = new GlobalName("?", "?");

  private PickleTarget() {}

  /** One input; called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    Inputs.read(data, PickleTarget::followed);
    Inputs.read(data, PickleTarget::asCheckpoint);
  }

  private static void followed(MappedFile file) throws CheckpointException {
    PlainDomain domain = new PlainDomain();
    CheckpointException problem = null;
    try {
      ByteCursor in = file.cursor(PLACE);
      Unpickler.load(in, domain, new HeapBudget(Inputs.LIMITS));
    } catch (CheckpointException e) {
      problem = e;
    }
    PickleTrace trace =
        GlobalTracer.trace(file.cursor(PLACE), Inputs.LIMITS, new Deadline(Inputs.LIMITS));
    Set<GlobalName> seen = new HashSet<>();
    trace.globals().stream().map(TracedGlobal::written).forEach(seen::add);
    for (GlobalName written : domain.written()) {
      if (!seen.contains(written) && !seen.contains(UNKNOWN)) {
        throw new AssertionError("following the pickle has not come upon " + written);
      }
    }
    if (problem != null) {
      throw problem;
    }
  }

  private static void asCheckpoint(MappedFile file) throws CheckpointException {
    Checkpoint checkpoint =
        new CheckpointReader(
                ReadOptions.STANDARD
                    .withPolicy(Policy.STANDARD.allowAll())
                    .withLimits(Inputs.LIMITS))
            .read(new Container.RawPickle(file));
    Planner.plan(
        checkpoint,
        ConvertOptions.STANDARD
            .withRead(ReadOptions.STANDARD.withLimits(Inputs.LIMITS))
            .withRoot("all"));
  }
}
