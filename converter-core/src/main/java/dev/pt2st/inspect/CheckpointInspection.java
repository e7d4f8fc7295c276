package dev.pt2st.inspect;

import dev.pt2st.CheckpointException;
import dev.pt2st.ReadOptions;
import dev.pt2st.ResourceName;
import dev.pt2st.archive.Container;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.OpenCheckpoint;
import dev.pt2st.convert.planner.Contents;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.ValueDescription;
import dev.pt2st.work.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Inspects a checkpoint as far as its pickles can be read. */
final class CheckpointInspection {
  /** The most characters of a value that are shown, about two lines. */
  private static final int MOST_CHARACTERS = 200;

  private final Container container;
  private final ReadOptions options;
  private final List<Fact> facts = new ArrayList<>();
  private final List<GlobalSummary> globals = new ArrayList<>();
  private Contents contents = new Contents(List.of(), List.of(), List.of(), 0, 0);

  private CheckpointInspection(Container container, ReadOptions options) {
    this.container = container;
    this.options = options;
  }

  static Inspection of(ResourceName name, OpenCheckpoint file, ReadOptions options) {
    CheckpointInspection inspection = new CheckpointInspection(file.container(), options);
    CheckpointException problem = null;
    try {
      inspection.read(file);
    } catch (CheckpointException e) {
      problem = e;
      inspection.traceGlobals(file.deadline());
    }
    return inspection.result(name, file.file().size(), problem);
  }

  /**
   * Inspects a checkpoint that was merged from several files.
   *
   * @param bytes the size of all its files in bytes
   */
  static Inspection of(
      ResourceName name, long bytes, Checkpoint checkpoint, Contents contents, List<Fact> facts) {
    CheckpointInspection inspection =
        new CheckpointInspection(checkpoint.container(), ReadOptions.STANDARD);
    inspection.facts.addAll(facts);
    checkpoint.globals().forEach(inspection::add);
    checkpoint.furtherGlobals().forEach(inspection::add);
    inspection.contents = contents;
    return inspection.result(name, bytes, null);
  }

  private void read(OpenCheckpoint file) throws CheckpointException {
    if (!file.wrappings().isEmpty()) {
      facts.add(new Fact("wrapped in", String.join(", ", file.wrappings())));
    }
    if (!file.member().isEmpty()) {
      facts.add(new Fact("member", file.member()));
      file.otherMembers().forEach(name -> facts.add(new Fact("another with tensors", name)));
    }
    facts.addAll(ContainerFacts.of(container, options));
    Checkpoint checkpoint = file.read();
    facts.addAll(ContainerFacts.of(checkpoint));
    checkpoint.globals().forEach(this::add);
    checkpoint.furtherGlobals().forEach(this::add);
    contents = Contents.of(checkpoint, options.limits());
  }

  private void add(GlobalValue global) {
    globals.add(
        new GlobalSummary(
            global.name(), global.written(), global.standing(), global.use(), global.place()));
  }

  /** Adds the globals of pickles that cannot be read to their end, from their instructions. */
  private void traceGlobals(Deadline deadline) {
    if (globals.isEmpty()) {
      globals.addAll(TracedGlobals.of(container, options, deadline));
    }
  }

  private Inspection result(ResourceName name, long bytes, @Nullable CheckpointException problem) {
    SharedMemory memory = SharedMemory.of(contents.tensors());
    List<TensorSummary> tensors = new ArrayList<>(contents.tensors().size());
    for (int i = 0; i < contents.tensors().size(); i++) {
      tensors.add(TensorKind.summary(contents.tensors().get(i), memory.sharedWith(i)));
    }
    List<ValueSummary> values =
        contents.values().stream()
            .map(value ->
                new ValueSummary(
                    value.name(),
                    ValueDescription.of(value.value()),
                    ValueText.of(value.value(), MOST_CHARACTERS)))
            .toList();
    return new Inspection(
        name,
        bytes,
        container.layout(),
        facts,
        contents.roots(),
        tensors,
        DTypeTotal.of(tensors),
        memory.bytes(),
        values,
        contents.moreValues(),
        contents.unnamed(),
        globals,
        Map.of(),
        problem);
  }
}
