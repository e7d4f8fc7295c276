package dev.pt2st.inspect;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.ReadOptions;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.ResourceName;
import dev.pt2st.UnpackingListener;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.sharded.ShardedFolder;
import dev.pt2st.checkpoint.sharded.dcp.MissingFiles;
import dev.pt2st.checkpoint.sharded.folder.FolderCheckpoint;
import dev.pt2st.checkpoint.sharded.folder.FolderKind;
import dev.pt2st.checkpoint.sharded.folder.FolderParts;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan.PlannedTensor;
import dev.pt2st.convert.planner.Contents;
import dev.pt2st.convert.source.TensorSource;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.torch.value.ShardedContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Inspects a folder that is one checkpoint, with its parts merged. */
final class FolderInspection {
  /** The most names that are listed. */
  private static final int MOST_NAMES = 20;

  /** {@code FileSystemWriter} of {@code torch/distributed/checkpoint/filesystem.py}. */
  private static final Pattern ITEMS = Pattern.compile("__(\\d+)_\\d+\\.distcp");

  private final Path path;
  private final FolderCheckpoint folder;
  private final ReadOptions options;
  private final List<Fact> facts = new ArrayList<>();
  private long bytes;

  private FolderInspection(Path path, FolderCheckpoint folder, ReadOptions options) {
    this.path = path;
    this.folder = folder;
    this.options = options;
  }

  /**
   * Inspects a folder.
   *
   * @param path as the user named it
   * @throws IOException if it cannot be read
   */
  static Inspection of(Path path, FolderCheckpoint folder, ReadOptions options) throws IOException {
    FolderInspection inspection = new FolderInspection(path, folder, options);
    try {
      return inspection.look();
    } catch (CheckpointException e) {
      return inspection.broken(e);
    }
  }

  private Inspection look() throws CheckpointException, IOException {
    List<Path> parts = folder.parts();
    for (Path part : parts) {
      bytes += Files.size(part);
    }
    facts.add(new Fact("folder", folder.folder().toString()));
    facts.add(new Fact("files", Integer.toString(parts.size())));
    addRanks(parts, facts);
    if (!folder.kind().isRead()) {
      throw new RefusedException(
          Place.of(ResourceName.of(folder.folder())),
          "this folder is " + folder.kind().shown() + ", which is not read",
          new Remedy.Advice(folder.kind().tool()));
    }
    if (folder.kind() == FolderKind.PIECES) {
      return ofPieces();
    }
    try (ShardedFolder opened =
        ShardedFolder.open(folder, options, ScratchFolder.TEMPORARY, part -> {})) {
      return opened.guarded(() -> of(opened));
    }
  }

  private Inspection of(ShardedFolder opened) throws CheckpointException {
    Checkpoint checkpoint = opened.checkpoint();
    facts.add(new Fact("files read", Integer.toString(opened.files().size())));
    opened.meshes().forEach(mesh -> facts.add(new Fact("mesh", mesh)));
    for (FolderParts.Beside beside : opened.beside()) {
      facts.add(new Fact("not read", beside.name()));
    }
    Contents contents = Contents.of(checkpoint, options.limits());
    long pieces = 0;
    for (Contents.Item item : contents.tensors()) {
      pieces +=
          item.tensor().content() instanceof ShardedContent sharded ? sharded.pieces().size() : 1;
    }
    facts.add(new Fact("pieces", Long.toString(pieces)));
    return CheckpointInspection.of(ResourceName.of(path), bytes, checkpoint, contents, facts);
  }

  /** Inspects safetensors pieces: their tensors as a conversion would write them. */
  private Inspection ofPieces() throws CheckpointException, IOException {
    ConvertOptions plain = ConvertOptions.STANDARD.withRead(options);
    try (TensorSource source =
        TensorSource.open(
            folder.folder(), plain, ScratchFolder.TEMPORARY, UnpackingListener.NONE)) {
      List<TensorSummary> tensors = new ArrayList<>();
      long memory = 0;
      for (PlannedTensor tensor : source.plan(plain).tensors()) {
        TensorSummary summary = SafetensorsInspection.summary(tensor.info());
        memory += summary.bytes();
        tensors.add(summary);
      }
      bytes = source.files().stream().mapToLong(MappedFile::size).sum();
      return inspection(tensors, memory, null);
    }
  }

  private Inspection broken(CheckpointException problem) throws IOException {
    List<String> missing = MissingFiles.in(folder, options);
    if (!missing.isEmpty()) {
      facts.add(new Fact("missing", listed(missing)));
    }
    return inspection(List.of(), 0, problem);
  }

  private static String listed(List<String> names) {
    return String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())))
        + (names.size() > MOST_NAMES ? " and " + (names.size() - MOST_NAMES) + " more" : "");
  }

  /** Adds the ranks of a distributed checkpoint, which are in the names of its files. */
  private static void addRanks(List<Path> parts, List<Fact> facts) {
    long ranks =
        parts.stream()
            .map(part -> ITEMS.matcher(String.valueOf(part.getFileName())))
            .filter(Matcher::matches)
            .map(matcher -> matcher.group(1))
            .distinct()
            .count();
    if (ranks > 0) {
      facts.add(new Fact("ranks with items", Long.toString(ranks)));
    }
  }

  private Inspection inspection(
      List<TensorSummary> tensors, long memory, @Nullable CheckpointException problem) {
    return Inspection.ofTensors(
        ResourceName.of(path),
        bytes,
        folder.kind().shown(),
        facts,
        tensors,
        memory,
        Map.of(),
        problem);
  }
}
