package dev.pt2st.checkpoint.sharded.folder;

import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.ResourceName;
import dev.pt2st.checkpoint.sharded.folder.FolderKind.Parts;
import dev.pt2st.io.Input;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file that is one part of a checkpoint of several processes. It holds parts of tensors, some of
 * the tensors, or a part of an optimizer's state, but not a complete model.
 *
 * @param file the file as it was named
 * @param whole the checkpoint that it belongs to
 * @param folder the folder of the checkpoint, as a user would name it
 */
public record FolderPart(Path file, FolderCheckpoint whole, Path folder) {
  private static final Pattern ITEMS = Pattern.compile(".*\\.distcp|\\.metadata|__\\d+\\.metadata");

  private static final Pattern STATES = Pattern.compile(".*(?:model|optim)_states\\.pt");

  /** In stages 1 and 2 this file is the whole model in 16 bits. */
  private static final Pattern WHOLE_STATES = Pattern.compile("mp_rank_\\d+_model_states\\.pt");

  /** The files in a universal checkpoint's folder of a parameter. */
  private static final Pattern UNIVERSAL = Pattern.compile("(?:fp32|exp_avg|exp_avg_sq|step)\\.pt");

  private static final Pattern MEGATRON = Pattern.compile(".+\\.pt");

  private static final Pattern MEGATRON_RANK = Pattern.compile(Parts.MEGATRON_RANK);

  /** Names that parts of all other kinds may have. */
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
   * Names that only parts have, with the end of their path. What is beside a file in a store is not
   * known, so only a name that no whole model has is judged by itself.
   */
  private static final Map<FolderKind, Pattern> UNMISTAKABLE =
      Map.of(
          FolderKind.DCP, named("[^/]*\\.distcp|\\.metadata"),
          FolderKind.ZERO,
              named("(?:bf16_|fp16_)?zero_pp_rank_\\d+_mp_rank_\\d+_(?:model|optim)_states\\.pt"),
          FolderKind.UNIVERSAL, named("zero/[^/]+/(?:" + UNIVERSAL.pattern() + ")"),
          FolderKind.RANKS,
              named(
                  "[^/]*world_size_(?:[2-9]|[1-9]\\d+)_rank_\\d+\\.pt"
                      + "|pytorch_model_fsdp(?:_\\d+)?_rank_?\\d+\\.bin"),
          FolderKind.PIECES, named(Parts.PIECE),
          // The first rank may be the only one.
          FolderKind.META, named("consolidated\\.(?!0+\\.)\\d{2,}\\.pth"),
          FolderKind.TENSOR_PARALLEL, named("mp_rank_(?!0+_)\\d{2,}_model_states\\.pt"),
          FolderKind.PIPELINE, named("layer_\\d+-model_\\d+-model_states\\.pt"),
          FolderKind.EXPERTS, named("layer_\\d+_expert_\\d+_mp_rank_\\d+_model_states\\.pt"),
          FolderKind.MODEL_PARTS, named("[^/]+-model_part-\\d+(?:-shard\\d+)?\\.pt"));

  /** The part of an address before the path: the scheme and the bucket, host or repository. */
  private static final Pattern BEFORE_THE_PATH =
      Pattern.compile("^(?:hf://[^/]+/[^/]+/|(?!hf:)[A-Za-z][A-Za-z0-9+.-]*://[^/]*/)");

  private static Pattern named(String ends) {
    return Pattern.compile("(?s)(?:.*/)?(?:" + ends + ")");
  }

  /**
   * Refuses a file of a store whose name only a part has: its tensors would be taken for a model.
   *
   * @throws RefusedException if it has such a name
   */
  public static void refuse(Input.Ranged named) throws RefusedException {
    ResourceName name = named.source().name();
    String path = BEFORE_THE_PATH.matcher(name.text()).replaceFirst("");
    for (Map.Entry<FolderKind, Pattern> entry : UNMISTAKABLE.entrySet()) {
      if (named.member().isEmpty() && entry.getValue().matcher(path).matches()) {
        FolderKind kind = entry.getKey();
        String folder = above(name.text(), kind == FolderKind.UNIVERSAL ? 3 : 1);
        throw new RefusedException(
            Place.of(name),
            "this file is named as one part of "
                + kind.shown()
                + ", which is not a model of its own",
            new Remedy.Advice(
                kind.isRead() ? "take the folder with all parts, " + folder : kind.tool()));
      }
    }
  }

  private static String above(String name, int levels) {
    String folder = name;
    for (int i = 0; i < levels; i++) {
      folder = folder.substring(0, Math.max(0, folder.lastIndexOf('/')));
    }
    return folder;
  }

  /**
   * Finds the checkpoint that a file belongs to. The folder around it is only read if a part may
   * have its name.
   *
   * @return empty if it is not a part
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

  /** Whether a file of such a checkpoint is useless alone. */
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
   * @param levels how many folders are between them
   * @param kind the required kind; null for any
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

  /**
   * Whether a Megatron checkpoint has several ranks; with only one, its file is the whole model.
   */
  private static boolean hasSeveralRanks(Path folder) {
    int ranks = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, Files::isDirectory)) {
      for (Path entry : entries) {
        ranks += MEGATRON_RANK.matcher(String.valueOf(entry.getFileName())).matches() ? 1 : 0;
      }
    } catch (IOException | DirectoryIteratorException e) {
      return true; // if the folder cannot be read, ranks are assumed
    }
    return ranks > 1;
  }

  /** A description of the part in words. */
  public String shown() {
    return "one part of " + whole.kind().shown();
  }

  /** The refusal of the file on its own, with what to do instead. */
  public RefusedException refusal() {
    FolderKind kind = whole.kind();
    return new RefusedException(
        Place.of(ResourceName.of(file)),
        "this file is " + shown() + ", and not a model of its own",
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
