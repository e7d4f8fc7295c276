package dev.pt2st.checkpoint;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.ReadOptions;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.Container;
import dev.pt2st.checkpoint.script.ScriptNames;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.torch.ReadContext;
import dev.pt2st.torch.ReadSettings;
import dev.pt2st.torch.TorchDomain;
import dev.pt2st.work.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads a container's pickles, but never a tensor's bytes. A reader belongs to one input, as does
 * its deadline.
 */
public final class CheckpointReader {
  private final ReadSettings settings;

  /** Creates the reader of one input. */
  public CheckpointReader(ReadOptions options) {
    this(options, new Deadline(options.limits()));
  }

  /**
   * Creates a reader of several containers that share the deadline of one input.
   *
   * @param deadline the time by which all work on the input must end
   */
  public CheckpointReader(ReadOptions options, Deadline deadline) {
    this.settings =
        new ReadSettings(options.policy(), options.limits(), options.comparesCrc(), deadline);
  }

  /**
   * Reads a checkpoint.
   *
   * @throws CheckpointException if it is malformed, over a limit or of an unsupported kind
   */
  public Checkpoint read(Container container) throws CheckpointException {
    ReadContext reading = new ReadContext(settings, EmbeddedCheckpoint::read);
    Checkpoint checkpoint = PickledBytes.open(read(container, reading), reading);
    if (reading.furtherGlobals().isEmpty()) {
      return checkpoint;
    }
    List<GlobalValue> further = new ArrayList<>(checkpoint.furtherGlobals());
    further.addAll(reading.furtherGlobals());
    return checkpoint.withFurtherGlobals(further);
  }

  /** Creates the domain of a pickle's values. */
  @FunctionalInterface
  public interface DomainMaker {
    /** Creates the domain of a pickle in a file. */
    TorchDomain of(ReadContext reading, MappedFile file);
  }

  /**
   * Reads a pickle with a domain of the caller.
   *
   * @throws CheckpointException if it is malformed or over a limit
   */
  public Checkpoint read(Container.RawPickle pickle, DomainMaker domains)
      throws CheckpointException {
    ReadContext reading = new ReadContext(settings, EmbeddedCheckpoint::read);
    return new RawPickleReader(reading).read(pickle, domains.of(reading, pickle.file()));
  }

  /** Reads a checkpoint that may be one of several in an input. */
  static Checkpoint read(Container container, ReadContext reading) throws CheckpointException {
    return switch (container) {
      case Container.Wrapped wrapped ->
          throw new UnsupportedException(
              Place.of(wrapped.file().name()),
              "this is not a checkpoint but a " + wrapped.layout() + " around others",
              new Remedy.Advice("open it as an OpenCheckpoint"));
      case Container.TorchZip zip -> {
        Checkpoint checkpoint = new TorchZipReader(reading).read(zip);
        StrayPickles further = new StrayPickles(zip.file(), reading.settings());
        yield checkpoint.withFurtherGlobals(
            further.in(zip.archive(), Set.of(zip.pickle()), checkpoint.storageEntries()));
      }
      case Container.LegacyStream legacy -> {
        Checkpoint checkpoint = new LegacyStreamReader(reading).read(legacy);
        StrayPickles further = new StrayPickles(legacy.file(), reading.settings());
        yield checkpoint.withFurtherGlobals(further.behind(checkpoint.end()));
      }
      case Container.TorchScript script -> {
        Checkpoint checkpoint = new TorchScriptReader(reading).read(script);
        StrayPickles further =
            new StrayPickles(script.file(), reading.settings(), ScriptNames.in(script));
        yield checkpoint.withFurtherGlobals(
            further.in(
                script.archive(),
                Set.of(script.pickle(), script.constants()),
                checkpoint.storageEntries()));
      }
      case Container.LegacyTorchScript script -> {
        Checkpoint checkpoint = new LegacyScriptReader(reading).read(script);
        StrayPickles further =
            new StrayPickles(script.file(), reading.settings(), ScriptNames.in(script));
        yield checkpoint.withFurtherGlobals(
            further.in(
                script.archive(),
                script.archive().record("attributes.pkl").map(Set::of).orElse(Set.of()),
                checkpoint.storageEntries()));
      }
      case Container.ExportedPrograms programs -> {
        Checkpoint checkpoint = ExportedProgramReader.read(programs, reading);
        StrayPickles further = new StrayPickles(programs.file(), reading.settings());
        yield checkpoint.withFurtherGlobals(
            further.in(programs.archive(), Set.of(), checkpoint.storageEntries()));
      }
      case Container.TorchPackage packed -> {
        Checkpoint checkpoint = new TorchPackageReader(reading).read(packed);
        StrayPickles further = new StrayPickles(packed.file(), reading.settings());
        yield checkpoint.withFurtherGlobals(
            further.in(
                packed.archive(), Set.copyOf(packed.pickles()), checkpoint.storageEntries()));
      }
      case Container.TorchTar tar -> new TorchTarReader(reading).read(tar);
      case Container.Folder folder ->
          throw new IllegalArgumentException("read as a whole only: " + folder.file().name());
      case Container.RawPickle raw -> new RawPickleReader(reading).read(raw);
    };
  }
}
