package dev.pt2st.torch;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.Container;
import java.util.Set;

/** Reads what a container's pickles say; never a tensor's bytes. */
public final class CheckpointReader {
  private final ReadSettings settings;

  /**
   * @param policy which globals are accepted
   * @param limits what bounds the work
   * @param checkCrc whether the CRC-32 of each record that is read must be right
   */
  public CheckpointReader(Policy policy, Limits limits, boolean checkCrc) {
    this.settings = new ReadSettings(policy, limits, checkCrc);
  }

  /**
   * Reads a checkpoint.
   *
   * @throws CheckpointException if it is malformed, over a limit or of a kind that is not read
   */
  public Checkpoint read(Container container) throws CheckpointException {
    return switch (container) {
      case Container.Wrapped wrapped ->
          throw new UnsupportedException(
              Place.of(wrapped.file().path()),
              "this is no checkpoint but a " + wrapped.layout() + " around others",
              "open it as a CheckpointFile");
      case Container.TorchZip zip -> {
        Checkpoint checkpoint = new TorchZipReader(settings).read(zip);
        FurtherPickles further = new FurtherPickles(zip.file(), settings);
        yield checkpoint.withFurtherGlobals(
            further.in(zip.archive(), Set.of(zip.pickle()), checkpoint.storageBytes()));
      }
      case Container.LegacyStream legacy -> {
        Checkpoint checkpoint = new LegacyStreamReader(settings).read(legacy);
        FurtherPickles further = new FurtherPickles(legacy.file(), settings);
        yield checkpoint.withFurtherGlobals(further.behind(checkpoint.end()));
      }
      case Container.TorchScript script -> {
        Checkpoint checkpoint = new TorchScriptReader(settings).read(script);
        FurtherPickles further =
            new FurtherPickles(script.file(), settings, ScriptNames.in(script));
        yield checkpoint.withFurtherGlobals(
            further.in(
                script.archive(),
                Set.of(script.pickle(), script.constants()),
                checkpoint.storageBytes()));
      }
      case Container.LegacyTorchScript script -> {
        Checkpoint checkpoint = new LegacyScriptReader(settings).read(script);
        FurtherPickles further =
            new FurtherPickles(script.file(), settings, ScriptNames.in(script));
        yield checkpoint.withFurtherGlobals(
            further.in(
                script.archive(),
                script.archive().record("attributes.pkl").map(Set::of).orElse(Set.of()),
                checkpoint.storageBytes()));
      }
      case Container.ExportedPrograms programs -> {
        Checkpoint checkpoint = ExportedProgramReader.read(programs, settings);
        FurtherPickles further = new FurtherPickles(programs.file(), settings);
        yield checkpoint.withFurtherGlobals(
            further.in(programs.archive(), Set.of(), checkpoint.storageBytes()));
      }
      case Container.TorchTar tar -> new TorchTarReader(settings).read(tar);
      case Container.RawPickle raw -> new RawPickleReader(settings).read(raw);
    };
  }
}
