package dev.pt2st.checkpoint.sharded.folder;

import dev.pt2st.checkpoint.sharded.folder.FolderKind.Parts;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names in a folder that show what the folder is as a whole. */
public final class FolderNames {
  /**
   * {@code _get_zero_ckpt_name} of {@code deepspeed/runtime/engine.py}; formerly without an
   * underscore.
   */
  public static final Pattern ZERO_OPTIMIZER =
      Pattern.compile("(?:bf16_)?zero_pp_rank_(\\d+)_mp_rank_(\\d+)_?optim_states\\.pt");

  /** {@code _get_ckpt_name} there, with and without stage 3. */
  public static final Pattern ZERO_MODEL =
      Pattern.compile("(?:zero_pp_rank_(\\d+)_)?mp_rank_(\\d+)_model_states\\.pt");

  /** {@code _get_expert_ckpt_name} and {@code _get_optimizer_ckpt_name} there. */
  private static final Pattern EXPERTS =
      Pattern.compile(
          "(?:layer_-?\\d+_)?expert_\\d+_mp_rank_\\d+_model_states\\.pt|expp_rank_\\d+_.*optim_states\\.pt");

  /** {@code ckpt_layer_path} of {@code deepspeed/runtime/pipe/module.py}. */
  private static final Pattern LAYER = Pattern.compile("layer_\\d+.*-model_states\\.pt");

  /** The files of a {@code FileSystemWriter} for each rank, if it runs without collectives. */
  public static final Pattern RANK_METADATA = Pattern.compile("__\\d+\\.metadata");

  /** {@code FSDP_MODEL_NAME} of {@code accelerate/utils/constants.py}. */
  private static final String FSDP_MODEL = "pytorch_model_fsdp_";

  private static final Pattern META = Pattern.compile(Parts.META_RANK);
  private static final Pattern RANK = Pattern.compile(Parts.RANK, Pattern.DOTALL);
  private static final Pattern SHARD = Pattern.compile(Parts.FAIRSCALE_SHARD, Pattern.DOTALL);
  private static final Pattern MODEL_PART = Pattern.compile(Parts.MODEL_PART, Pattern.DOTALL);
  private static final Pattern RANK_EXPERT = Pattern.compile(Parts.RANK_EXPERT, Pattern.DOTALL);

  /** A rank has this in the name of its shards only if there are several model parts. */
  private static final Pattern MODEL_PART_OF_SHARDS = Pattern.compile("(?s).+-model_part-\\d+");

  private static final Pattern PIECE = Pattern.compile(Parts.PIECE);

  /** The most ranks, more than anybody has processes. */
  private static final int MOST_RANKS = 1 << 20;

  private boolean items;
  private boolean experts;
  private boolean layers;
  private boolean zero;
  private boolean tensorParallel;
  private boolean pieces;
  private boolean metaRanks;
  private boolean modelParts;
  private boolean rankExperts;
  private final Map<String, BitSet> ranks = new HashMap<>();
  private final Map<String, BitSet> shards = new HashMap<>();

  /** Adds the name of a file. */
  void add(String name) {
    items |= name.endsWith(".distcp") || RANK_METADATA.matcher(name).matches();
    experts |= EXPERTS.matcher(name).matches();
    layers |= LAYER.matcher(name).matches();
    pieces |= PIECE.matcher(name).matches();
    Matcher optimizer = ZERO_OPTIMIZER.matcher(name);
    if (optimizer.matches()) {
      zero = true;
      tensorParallel |= number(optimizer.group(2)) > 0;
    }
    Matcher model = ZERO_MODEL.matcher(name);
    if (model.matches()) {
      zero |= model.group(1) != null;
      tensorParallel |= number(model.group(2)) > 0;
    }
    Matcher meta = META.matcher(name);
    metaRanks |= meta.matches() && number(meta.group(1)) > 0;
    Matcher rank = RANK.matcher(name);
    if (rank.matches()) {
      String world = rank.group(2);
      String number = world == null ? rank.group(4) : rank.group(3);
      add(ranks, rank.group(1) + "/" + (world == null ? "" : world), number);
    }
    Matcher shard = SHARD.matcher(name);
    if (shard.matches()) {
      add(shards, shard.group(1), shard.group(2));
      modelParts |= MODEL_PART_OF_SHARDS.matcher(shard.group(1)).matches();
      rankExperts |= RANK_EXPERT.matcher(name).matches();
    }
    Matcher part = MODEL_PART.matcher(name);
    modelParts |= part.matches() && number(part.group(1)) > 0;
  }

  private static void add(Map<String, BitSet> sets, String set, @Nullable String number) {
    int index = number(number);
    if (index < MOST_RANKS) {
      sets.computeIfAbsent(set, key -> new BitSet()).set(index);
    }
  }

  /** Parses a number of at most nine digits; a longer one is larger than any rank. */
  public static int number(@Nullable String digits) {
    return digits == null || digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits);
  }

  /** Whether there are files that only DCP writes. */
  boolean hasItems() {
    return items;
  }

  /** The kind that the names show; null if the files are independent. */
  @Nullable FolderKind kind() {
    if (experts) {
      return FolderKind.EXPERTS;
    }
    if (layers) {
      return FolderKind.PIPELINE;
    }
    if (tensorParallel) {
      return FolderKind.TENSOR_PARALLEL;
    }
    if (zero) {
      return FolderKind.ZERO;
    }
    if (metaRanks) {
      return FolderKind.META;
    }
    if (pieces) {
      return FolderKind.PIECES;
    }
    if (ranks.entrySet().stream().anyMatch(set -> isSet(set.getKey(), set.getValue()))) {
      return FolderKind.RANKS;
    }
    if (rankExperts) {
      return FolderKind.RANK_EXPERTS;
    }
    if (modelParts) {
      return FolderKind.MODEL_PARTS;
    }
    return shards.values().stream().anyMatch(found -> found.cardinality() > 1)
        ? FolderKind.FAIRSCALE
        : null;
  }

  /**
   * Whether files are a set of ranks. One file is enough if its name has a world size or is that of
   * accelerate; other sets need ranks 0 and 1, as a number in a name could mean anything.
   */
  private static boolean isSet(String set, BitSet found) {
    return !set.endsWith("/") || set.startsWith(FSDP_MODEL) || (found.get(0) && found.get(1));
  }
}
