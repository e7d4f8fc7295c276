package dev.pt2st.checkpoint.sharded.folder;

import java.util.regex.Pattern;

/**
 * The kind of a folder that is one checkpoint as a whole. Its parts are not checkpoints of their
 * own, even if they look like it.
 */
public enum FolderKind {
  /** {@code torch.distributed.checkpoint}: {@code .metadata} and files of items. */
  DCP("a distributed checkpoint of PyTorch (DCP)", Parts.ALL_FILES, Parts.NONE, ""),

  /**
   * A step of DeepSpeed's ZeRO: the states of the model, and each rank's part of the optimizer's.
   */
  ZERO("a checkpoint of DeepSpeed's ZeRO", Parts.ALL_FILES, Parts.NONE, ""),

  /** A ZeRO step converted by {@code ds_to_universal.py}: a folder for each parameter. */
  UNIVERSAL("a universal checkpoint of DeepSpeed", Parts.ALL_FILES, "zero", ""),

  /** One file per rank with its DTensors or ShardedTensors. */
  RANKS("a checkpoint in one file a rank", Parts.RANK, Parts.NONE, ""),

  /** The output of {@code HuggingFaceStorageWriter} with {@code save_distributed=True}. */
  PIECES(
      "a model in safetensors pieces of PyTorch's HuggingFaceStorageWriter",
      Parts.PIECE,
      Parts.NONE,
      ""),

  /** A folder for each tensor-parallel or pipeline-parallel rank of Megatron. */
  MEGATRON(
      "a tensor-parallel checkpoint of Megatron",
      Parts.NONE,
      Parts.MEGATRON_RANK,
      "how its halves belong together depends on the architecture: save it in the format torch_dist,"
          + " or merge it with Megatron-LM's tools/checkpoint/convert.py"),

  /** Meta's files of Llama, one for each tensor-parallel rank. */
  META(
      "a tensor-parallel checkpoint of Meta's (consolidated.NN.pth)",
      Parts.META_RANK,
      Parts.NONE,
      "how its parts belong together depends on the architecture: merge them with"
          + " convert_llama_weights_to_hf.py of transformers"),

  /** A file for each layer, as pipelines of DeepSpeed and GPT-NeoX write them. */
  PIPELINE(
      "a pipeline-parallel checkpoint of DeepSpeed or GPT-NeoX (layer_NN files)",
      Parts.ALL_FILES,
      Parts.NONE,
      "how its layers belong together depends on the architecture: merge them with"
          + " tools/ckpts/convert_neox_to_hf.py of GPT-NeoX, or with ds_to_universal.py of"
          + " DeepSpeed"),

  /** Experts in files of their own. */
  EXPERTS(
      "a checkpoint of DeepSpeed with experts in files of their own",
      Parts.ALL_FILES,
      Parts.NONE,
      "load it with DeepSpeed where it was trained, and save the model's state_dict"),

  /** DeepSpeed with more than one tensor-parallel rank. */
  TENSOR_PARALLEL(
      "a tensor-parallel checkpoint of DeepSpeed (mp_rank_01 and more)",
      Parts.ALL_FILES,
      Parts.NONE,
      "how its halves belong together depends on the architecture: merge it with"
          + " ds_to_universal.py of DeepSpeed, which is told how"),

  /** The former format of Megatron-core. */
  ZARR(
      "a checkpoint of Megatron-core in the format zarr",
      Parts.ALL_FILES,
      ".*",
      "load it with Megatron-core, and save it in the format torch_dist"),

  /** Shards of fairscale's FSDP, as metaseq and fairseq write them. */
  FAIRSCALE("a checkpoint in shards of fairscale's FSDP", Parts.FAIRSCALE_SHARD, Parts.NONE, ""),

  /** metaseq or fairseq with more than one tensor-parallel rank. */
  MODEL_PARTS(
      "a tensor-parallel checkpoint of metaseq or fairseq (model_part-N)",
      Parts.FAIRSCALE_SHARD + "|" + Parts.MODEL_PART,
      Parts.NONE,
      "how its parts belong together depends on the architecture: merge them with"
          + " consolidate_fsdp_shards.py or convert_to_singleton.py of metaseq"),

  /** metaseq or fairseq with experts in files of their own. */
  RANK_EXPERTS(
      "a checkpoint of metaseq or fairseq with experts in files of their own (rank-N)",
      Parts.FAIRSCALE_SHARD + "|" + Parts.RANK_EXPERT,
      Parts.NONE,
      "merge them with consolidate_fsdp_shards.py of metaseq");

  private final String shown;
  private final Pattern files;
  private final Pattern folders;
  private final String tool;

  FolderKind(String shown, String files, String folders, String tool) {
    this.shown = shown;
    this.files = Pattern.compile(files, Pattern.DOTALL);
    this.folders = Pattern.compile(folders, Pattern.DOTALL);
    this.tool = tool;
  }

  /** The name of the kind in words. */
  public String shown() {
    return shown;
  }

  /** What to do instead, in words; empty for a kind that is supported. */
  public String tool() {
    return tool;
  }

  /**
   * Whether it is supported. Other kinds are only recognised, so that their files are left
   * unchanged.
   */
  public boolean isRead() {
    return tool.isEmpty();
  }

  /** Whether a file of the folder that looks like a checkpoint is a part of this one. */
  public boolean isPart(String name) {
    return files.matcher(name).matches();
  }

  /** Whether all files in an inner folder belong to this checkpoint. */
  public boolean isPartFolder(String name) {
    return folders.matcher(name).matches();
  }

  /** Patterns of file names, by the code that writes them. */
  public static final class Parts {
    static final String NONE = "(?!)";

    /** All files that look like checkpoints, except outputs of conversions. */
    static final String ALL_FILES = "(?!.*\\.safetensors$).+";

    /**
     * {@code verl/utils/checkpoint/fsdp_checkpoint_manager.py}; accelerate's {@code
     * save_fsdp_model}.
     */
    public static final String RANK =
        "(.*?)_?(?:world_size_(\\d+)_rank_(\\d+)\\.pt|rank(\\d+)\\.bin)";

    /** {@code torch/distributed/checkpoint/_hf_utils.py}. */
    static final String PIECE = "shard-\\d{5}-model-\\d{5}-of-\\d{5}\\.safetensors";

    /** {@code get_checkpoint_name} of {@code megatron/training/checkpointing.py}. */
    static final String MEGATRON_RANK = "mp_rank_\\d{2,}(?:_\\d{3,})*";

    static final String META_RANK = "consolidated\\.(\\d{2,})\\.pth";

    /** {@code checkpoint_suffix} of {@code metaseq/trainer.py}. */
    public static final String FAIRSCALE_SHARD = "(.+)-shard(\\d+)\\.pt";

    /** {@code distributed_init} of {@code metaseq/distributed/utils.py}. */
    static final String MODEL_PART = ".+-model_part-(\\d+)\\.pt";

    /** {@code consolidate_fsdp_shards} of {@code metaseq/distributed/stitch_fsdp_ckpt.py}. */
    static final String RANK_EXPERT = ".+-rank-\\d+(?:-shard\\d+)?\\.pt";

    private Parts() {}
  }
}
