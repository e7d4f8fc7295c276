package dev.pt2st.checkpoint.sharded;

import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.ResourceName;
import dev.pt2st.checkpoint.sharded.FolderKind.Parts;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file that is one part of a checkpoint of several processes: what it holds is a part of each
 * tensor, of the names, or of an optimizer's state, and no model of its own.
 *
 * @param file as it was named
 * @param whole the checkpoint that it belongs to
 * @param folder of the checkpoint, as a user would name it
 */
public record FolderPart(Path file, FolderCheckpoint whole, Path folder) {
  private static final Pattern ITEMS = Pattern.compile(".*\\.distcp|\\.metadata|__\\d+\\.metadata");

  private static final Pattern STATES = Pattern.compile(".*(?:model|optim)_states\\.pt");

  /** Of stages 1 and 2 it is the whole model in 16 bits. */
  private static final Pattern WHOLE_STATES = Pattern.compile("mp_rank_\\d+_model_states\\.pt");

  /** What a folder for each parameter of a universal checkpoint has. */
  private static final Pattern UNIVERSAL = Pattern.compile("(?:fp32|exp_avg|exp_avg_sq|step)\\.pt");

  private static final Pattern MEGATRON = Pattern.compile(".+\\.pt");

  private static final Pattern MEGATRON_RANK = Pattern.compile(Parts.MEGATRON_RANK);

  /** What parts of all other kinds may be called. */
  private static final Pattern PARTS =
      Pattern.compile(
          String.join(
              "|",
              ITEMS.pattern(),
              STATES.pattern(),
              Parts.RANK,
              Parts.PIECE,
              Parts.META_RANK,
              Parts.FAIRSCALE_SHARD,
              Parts.MODEL_PART,
              Parts.RANK_EXPERT),
          Pattern.DOTALL);

  /**
   * What a file belongs to. Only where its name is one that a part may have, the folder around it
   * is looked at.
   *
   * @return empty if it stands for itself
   * @throws IOException if the folder around it cannot be read
   */
  public static Optional<FolderPart> of(Path file) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null || !Files.isRegularFile(file)) {
      return Optional.empty();
    }
    String name = String.valueOf(file.getFileName());
    if (MEGATRON.matcher(name).matches()
        && MEGATRON_RANK.matcher(String.valueOf(parent.getFileName())).matches()) {
      return within(file, 1, FolderKind.MEGATRON).filter(part -> hasSeveralRanks(part.folder));
    }
    if (UNIVERSAL.matcher(name).matches()) {
      return within(file, 2, FolderKind.UNIVERSAL);
    }
    return PARTS.matcher(name).matches()
        ? within(file, 0, null).filter(part -> isOnlyPart(part.whole.kind(), name))
        : Optional.empty();
  }

  /** Whether a file of such a checkpoint is of no use alone. */
  private static boolean isOnlyPart(FolderKind kind, String name) {
    return switch (kind) {
      case DCP -> ITEMS.matcher(name).matches();
      case ZERO -> STATES.matcher(name).matches() && !WHOLE_STATES.matcher(name).matches();
      case PIPELINE, EXPERTS, TENSOR_PARALLEL -> STATES.matcher(name).matches();
      case RANKS, PIECES, META, FAIRSCALE, MODEL_PARTS, RANK_EXPERTS -> kind.isPart(name);
      case UNIVERSAL, MEGATRON, ZARR -> false;
    };
  }

  /**
   * The checkpoint in a folder around a file.
   *
   * @param levels how many folders lie between
   * @param kind that it has to be of; null for any
   */
  private static Optional<FolderPart> within(Path file, int levels, @Nullable FolderKind kind)
      throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path shown = file.getParent();
    for (int i = 0; i < levels && folder != null; i++) {
      folder = folder.getParent();
      shown = shown == null ? null : shown.getParent();
    }
    if (folder == null) {
      return Optional.empty();
    }
    Path named = shown == null ? folder : shown;
    return FolderCheckpoint.in(folder)
        .filter(whole -> kind == null || whole.kind() == kind)
        .map(whole -> new FolderPart(file, whole, named));
  }

  /** A model of one rank of Megatron is whole. */
  private static boolean hasSeveralRanks(Path folder) {
    int ranks = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, Files::isDirectory)) {
      for (Path entry : entries) {
        ranks += MEGATRON_RANK.matcher(String.valueOf(entry.getFileName())).matches() ? 1 : 0;
      }
    } catch (IOException | DirectoryIteratorException e) {
      return true; // what cannot be seen is not taken to be absent
    }
    return ranks > 1;
  }

  /** What it is, in words. */
  public String shown() {
    return "one part of " + whole.kind().shown();
  }

  /** The refusal of the file alone, with what to do instead. */
  public RefusedException refusal() {
    FolderKind kind = whole.kind();
    return new RefusedException(
        Place.of(ResourceName.of(file)),
        "this file is " + shown() + ", and no model of its own",
        kind.isRead()
            ? new Remedy.Advice("take the folder with all parts, " + folder)
            : new Remedy.Advice(kind.tool()));
  }

  /**
   * Refuses a file that is such a part.
   *
   * @throws RefusedException if it is one
   * @throws IOException if the folder around it cannot be read
   */
  public static void refuse(Path file) throws RefusedException, IOException {
    Optional<FolderPart> part = of(file);
    if (part.isPresent()) {
      throw part.get().refusal();
    }
  }
}
