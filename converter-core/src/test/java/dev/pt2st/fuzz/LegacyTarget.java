package dev.pt2st.fuzz;

import dev.pt2st.CheckpointException;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.archive.Container;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.CheckpointReader;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.planner.Planner;
import dev.pt2st.io.MappedFile;

/** The reader of legacy streams, and the plan of what it reads. */
public final class LegacyTarget {
  private LegacyTarget() {}

  /** One input; called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    Inputs.read(data, LegacyTarget::read);
  }

  private static void read(MappedFile file) throws CheckpointException {
    Checkpoint checkpoint =
        new CheckpointReader(
                ReadOptions.STANDARD
                    .withPolicy(Policy.STANDARD.allowAll())
                    .withLimits(Inputs.LIMITS))
            .read(new Container.LegacyStream(file));
    Planner.plan(
        checkpoint,
        ConvertOptions.STANDARD
            .withRead(ReadOptions.STANDARD.withLimits(Inputs.LIMITS))
            .withRoot("all"));
  }
}
