package dev.pt2st.convert;

import dev.pt2st.CheckpointException;
import dev.pt2st.IfExists;
import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.convert.copy.Copier;
import dev.pt2st.convert.copy.record.StorageSources;
import dev.pt2st.convert.copy.sink.CopyDigests;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.OutputDigests;
import dev.pt2st.convert.plan.OutputDigests.FileDigest;
import dev.pt2st.convert.plan.Overflow;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.planner.IndexBytes;
import dev.pt2st.convert.sidecar.Sidecar;
import dev.pt2st.convert.source.SourceFiles;
import dev.pt2st.convert.source.TensorSource;
import dev.pt2st.io.AtomicOutput;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.output.OutputGroup;
import dev.pt2st.safetensors.ShardNames;
import dev.pt2st.text.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the files of a plan, which appear together or not at all. */
final class PlanWriter {
  private final ResourceName input;
  private final Path output;
  private final ConvertOptions options;
  private final WriteOptions how;

  /**
   * @param input names the checkpoint in messages
   * @param output the path of the output as the user named it
   * @param options those of the plan
   */
  PlanWriter(ResourceName input, Path output, ConvertOptions options, WriteOptions how) {
    this.input = input;
    this.output = output;
    this.options = options;
    this.how = how;
  }

  /** Whether the output may be split, so that its path stands for several files. */
  private boolean isSharded() {
    return options.maxShardBytes().isPresent();
  }

  /** Whether the values beside the tensors are written too. */
  boolean hasSidecar() {
    return how.sidecar() != null;
  }

  /**
   * Checks whether the output may be written, before any work is done.
   *
   * @param inputFile the file that must not be overwritten; empty if the input is not a file
   * @throws IOException if not; see {@link Converter#checkOutput}
   */
  void check(Optional<Path> inputFile) throws IOException {
    refuseInput(inputFile, output);
    checkBeside(inputFile, how.sidecar());
    checkBeside(inputFile, how.statement() == null ? null : how.statement().file());
    if (!isSharded()) {
      ReplaceableFile.checkModel(output);
      AtomicOutput.check(output, how.ifExists());
      return;
    }
    if (!ShardNames.areMadeFrom(output)) {
      throw new FileSystemException(
          output.toString(),
          null,
          "the names of shards are derived from a name that ends in "
              + ShardNames.EXTENSION
              + "; choose such a name");
    }
    ShardNames names = new ShardNames(output);
    AtomicOutput.check(output, IfExists.REPLACE);
    AtomicOutput.check(names.index(), IfExists.REPLACE);
    for (Path existing : names.existing()) {
      refuseInput(inputFile, existing);
      if (existing.equals(names.index())) {
        ReplaceableFile.checkIndex(existing);
      } else {
        ReplaceableFile.checkModel(existing);
      }
      if (how.ifExists() == IfExists.REFUSE) {
        throw new FileAlreadyExistsException(existing.toString());
      }
    }
  }

  /** Checks the path of a JSON file that is written together with the output. */
  private void checkBeside(Optional<Path> inputFile, @Nullable Path beside) throws IOException {
    if (beside != null) {
      refuseInput(inputFile, beside);
      ReplaceableFile.checkSidecar(beside);
      AtomicOutput.check(beside, how.ifExists());
    }
  }

  private static void refuseInput(Optional<Path> inputFile, Path target) throws IOException {
    Path input = inputFile.orElse(null);
    if (input != null
        && Files.exists(target)
        && Files.exists(input)
        && Files.isSameFile(input, target)) {
      throw new FileSystemException(
          target.toString(), null, "input and output are the same file; name another output");
    }
  }

  /**
   * Writes all files of a plan, and gives them their names when they have been checked.
   *
   * @param source the input that the plan was made from
   */
  ConversionResult write(Plan plan, TensorSource source, ProgressListener progress)
      throws CheckpointException, IOException {
    try (OutputGroup group = new OutputGroup(how.ifExists())) {
      ConversionResult outcome = write(plan, source, progress, group);
      try {
        group.commit(how.durability());
        return outcome;
      } catch (IOException e) {
        throw group.explain(e, plan.fileBytes());
      }
    }
  }

  /**
   * Writes all files of a plan and checks them; they get their names when the group is committed.
   *
   * @param source the input that the plan was made from
   * @param group receives the files
   */
  ConversionResult write(
      Plan plan, TensorSource source, ProgressListener progress, OutputGroup group)
      throws CheckpointException, IOException {
    if (how.statement() == null) {
      return write(plan, source, progress, group, null);
    }
    try (SourceFiles files = SourceFiles.of(source)) {
      return write(plan, source, progress, group, new CopyDigests(files.byName(), plan));
    }
  }

  private ConversionResult write(
      Plan plan,
      TensorSource source,
      ProgressListener progress,
      OutputGroup group,
      @Nullable CopyDigests digests)
      throws CheckpointException, IOException {
    List<AtomicOutput> files = new ArrayList<>();
    AtomicOutput index = null;
    FileDigest indexDigest = null;
    List<Overflow> overflows;
    try {
      writeSidecar(plan, source, group);
      overflows = writeFiles(plan, progress, group, files, digests);
      if (isSharded()) {
        retireOthers(plan, group);
        Path path = plan.indexPath(output).orElse(null);
        if (path != null) {
          byte[] bytes = IndexBytes.of(plan, names(plan.paths(output)));
          indexDigest = new FileDigest(name(path), bytes.length, Sha256.hex(bytes), List.of());
          index = group.create(path);
          index.write(ByteBuffer.wrap(bytes), 0);
          index.finish(how.durability());
        }
      }
    } catch (IOException e) {
      throw group.explain(e, plan.fileBytes());
    }
    if (how.check() != null) {
      check(plan, source.files(), files, index, how.check(), progress);
    }
    if (digests != null) {
      writeStatement(plan, digests.finish(indexDigest), group);
    }
    return new ConversionResult(plan, overflows);
  }

  private void writeSidecar(Plan plan, TensorSource source, OutputGroup group)
      throws CheckpointException, IOException {
    Checkpoint checkpoint = how.sidecar() == null ? null : source.checkpoint();
    if (how.sidecar() != null && checkpoint != null) {
      AtomicOutput sidecar = group.create(how.sidecar());
      Sidecar.write(checkpoint, plan, options.read().limits(), sidecar.stream());
      sidecar.finish(how.durability());
    }
  }

  /**
   * Written as the last file of the group: a reader who finds it also finds the files it covers.
   */
  private void writeStatement(Plan plan, OutputDigests digests, OutputGroup group)
      throws IOException {
    WriteOptions.StatementFile beside = how.statement();
    if (beside == null) {
      return;
    }
    ReplaceableFile.checkSidecar(beside.file());
    byte[] bytes =
        beside
            .statement()
            .of(new OutputStatement.Made(plan, options, digests, how.check() != null));
    try {
      AtomicOutput file = group.create(beside.file());
      file.write(ByteBuffer.wrap(bytes), 0);
      file.finish(how.durability());
    } catch (IOException e) {
      throw group.explain(e, plan.fileBytes());
    }
  }

  private List<Overflow> writeFiles(
      Plan plan,
      ProgressListener progress,
      OutputGroup group,
      List<AtomicOutput> files,
      @Nullable CopyDigests digests)
      throws CheckpointException, IOException {
    progress.planned(plan.dataBytes());
    List<Path> targets = plan.paths(output);
    try (StorageSources sources = StorageSources.open(plan, input, output, options)) {
      Copier copier = new Copier(sources, progress::written, Place.of(input), digests);
      for (int i = 0; i < targets.size(); i++) {
        // One after the other, so that only one file is open at a time, however many shards there
        // are.
        AtomicOutput file = group.create(targets.get(i));
        copier.copy(plan.files().get(i), name(targets.get(i)), file);
        file.finish(how.durability());
        files.add(file);
      }
      copier.checkRecords();
      return copier.overflows();
    }
  }

  private static List<String> names(List<Path> paths) {
    return paths.stream().map(PlanWriter::name).toList();
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  private void check(
      Plan plan,
      List<MappedFile> inputs,
      List<AtomicOutput> files,
      @Nullable AtomicOutput index,
      OutputCheck check,
      ProgressListener progress)
      throws CheckpointException, IOException {
    List<MappedFile> opened = new ArrayList<>();
    try {
      for (AtomicOutput file : files) {
        opened.add(file.reopen());
      }
      MappedFile openedIndex = null;
      if (index != null) {
        openedIndex = index.reopen();
        opened.add(openedIndex);
      }
      check.check(
          new OutputCheck.Written(
              plan, inputs, options, output, opened.subList(0, files.size()), openedIndex),
          progress);
    } finally {
      for (MappedFile file : opened) {
        file.close();
      }
    }
  }

  /** Removes files of an earlier conversion to the same name that this one does not replace. */
  private void retireOthers(Plan plan, OutputGroup group) throws IOException {
    Set<Path> kept = new HashSet<>(plan.paths(output));
    for (Path existing : new ShardNames(output).existing()) {
      if (!kept.contains(existing)) {
        group.retire(existing);
      }
    }
  }
}
