package dev.pt2st.convert;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.convert.Plan.PlannedFile;
import dev.pt2st.convert.Plan.PlannedTensor;
import dev.pt2st.io.AtomicOutput;
import dev.pt2st.io.OutputGroup;
import dev.pt2st.io.RecordBytes;
import dev.pt2st.safetensors.ShardIndex;
import dev.pt2st.safetensors.ShardNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes the files of a plan, which appear together or not at all. */
final class PlanWriter {
  private final Path input;
  private final Path output;
  private final ConvertOptions options;

  /**
   * @param input names the checkpoint in messages
   * @param output what the user calls the output
   */
  PlanWriter(Path input, Path output, ConvertOptions options) {
    this.input = input;
    this.output = output;
    this.options = options;
  }

  /** Whether the output may be split, so that its name stands for all that can come of it. */
  private boolean isSharded() {
    return options.maxShardBytes().isPresent();
  }

  /**
   * Says whether the output may be written, before any work is done.
   *
   * @throws IOException if not; see {@link Converter#checkOutput}
   */
  void check() throws IOException {
    refuseInput(output);
    if (!isSharded()) {
      AtomicOutput.check(output, options.overwrite());
      return;
    }
    if (!ShardNames.areMadeFrom(output)) {
      throw new FileSystemException(
          output.toString(),
          null,
          "the names of shards are made from one that ends in "
              + ShardNames.EXTENSION
              + "; name such a file");
    }
    ShardNames names = new ShardNames(output);
    AtomicOutput.check(output, true);
    AtomicOutput.check(names.index(), true);
    for (Path existing : names.existing()) {
      refuseInput(existing);
      if (!options.overwrite()) {
        throw new FileAlreadyExistsException(existing.toString());
      }
    }
  }

  private void refuseInput(Path target) throws IOException {
    if (Files.exists(target) && Files.exists(input) && Files.isSameFile(input, target)) {
      throw new FileSystemException(
          target.toString(), null, "input and output are the same file; name another output");
    }
  }

  /** Writes all that a plan says. */
  Outcome write(Plan plan, ProgressListener progress) throws CheckpointException, IOException {
    try (OutputGroup group = new OutputGroup(options.overwrite())) {
      try {
        progress.planned(plan.dataBytes());
        List<Path> targets = plan.paths(output);
        List<Overflow> overflows;
        try (Sources sources = Sources.open(plan, input, output, options)) {
          Copier copier = new Copier(sources, progress);
          for (int i = 0; i < targets.size(); i++) {
            // One after the other, so that there is no more than one open file, however many
            // shards.
            AtomicOutput file = group.create(targets.get(i));
            copier.copy(plan.files().get(i), file);
            file.finish(options.durable());
          }
          copier.readUnchecked();
          for (Source.RecordCheck check : sources.checks()) {
            RecordBytes.checkCrc(
                check.source(),
                check.sum().value(),
                Place.of(input).inEntry(check.source().name()));
          }
          overflows = copier.overflows();
        }
        if (isSharded()) {
          completeShards(plan, targets, group);
        }
        group.commit(options.durable());
        return new Outcome(plan, overflows);
      } catch (IOException e) {
        throw group.explain(e, plan.fileBytes());
      }
    }
  }

  /** The index, and the end of what an earlier conversion to the same name has left. */
  private void completeShards(Plan plan, List<Path> targets, OutputGroup group) throws IOException {
    ShardNames names = new ShardNames(output);
    Set<Path> kept = new HashSet<>(targets);
    for (Path existing : names.existing()) {
      if (!kept.contains(existing)) {
        group.retire(existing);
      }
    }
    Path index = plan.indexPath(output).orElse(null);
    if (index != null) {
      group.create(index).write(ByteBuffer.wrap(index(plan, targets)), 0);
    }
  }

  private static byte[] index(Plan plan, List<Path> targets) {
    Map<String, String> shards = new HashMap<>();
    for (int i = 0; i < targets.size(); i++) {
      PlannedFile file = plan.files().get(i);
      String name = String.valueOf(targets.get(i).getFileName());
      for (PlannedTensor tensor : file.tensors()) {
        shards.put(tensor.info().name(), name);
      }
    }
    Map<String, String> metadata = new HashMap<>(plan.metadata());
    metadata.remove("format");
    return ShardIndex.write(shards, plan.dataBytes(), metadata);
  }
}
