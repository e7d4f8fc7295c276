package dev.pt2st.bench.checkpoint;

import dev.pt2st.bench.checkpoint.Pickler.Opcode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * A folder of DeepSpeed's ZeRO: {@code latest}, and a step with the model's states and each rank's
 * part of the fp32 parameters. The optimizer's moments, and in stage 2 the 16-bit model, are left
 * out: no conversion reads them.
 */
final class ZeroFolder {
  private static final String STEP = "global_step1";
  private static final int PARTITIONED_WEIGHTS = 3;

  private final ShardedSpec spec;
  private final int stage;
  private final Path step;

  private ZeroFolder(ShardedSpec spec, int stage, Path step) {
    this.spec = spec;
    this.stage = stage;
    this.step = step;
  }

  static void write(ShardedSpec spec, int stage, Path folder) throws IOException {
    Path step = Files.createDirectories(folder.resolve(STEP));
    Files.writeString(folder.resolve("latest"), STEP, StandardCharsets.US_ASCII);
    ZeroFolder writer = new ZeroFolder(spec, stage, step);
    for (int rank = 0; rank < spec.ranks(); rank++) {
      if (stage == PARTITIONED_WEIGHTS) {
        writer.writeModel("zero_pp_rank_" + rank + "_mp_rank_00_model_states.pt");
      }
      writer.writeOptimizer(rank);
    }
    if (stage != PARTITIONED_WEIGHTS) {
      writer.writeModel("mp_rank_00_model_states.pt");
    }
  }

  /** How many elements of the flat parameters a rank has. */
  long partition() {
    long ranks = spec.ranks();
    return stage == PARTITIONED_WEIGHTS
        ? spec.tensors() * ((spec.count() + ranks - 1) / ranks)
        : (spec.tensors() * spec.count() + ranks - 1) / ranks;
  }

  private void save(String name, Pickler pickler, List<ZipLayout.Stored> storages)
      throws IOException {
    Path file = step.resolve(name);
    try (CheckpointOutput output = new CheckpointOutput(file)) {
      ZipLayout.write(
          output, ZipLayout.folder(file), pickler.end(), storages, new Random(spec.seed()));
    }
  }

  private void writeModel(String name) throws IOException {
    Pickler pickler = new Pickler();
    TensorPickler values = new TensorPickler(pickler, FileLayout.ZIP);
    begin(pickler, Opcode.EMPTY_DICT);
    pickler.text("module");
    values.orderedDict();
    pickler.text("buffer_names");
    pickler.op(Opcode.EMPTY_LIST);
    pickler.memoize();
    pickler.text("param_shapes");
    pickler.op(Opcode.EMPTY_LIST);
    pickler.memoize();
    values.orderedDict();
    shapes(pickler);
    pickler.op(Opcode.APPEND);
    pickler.text("frozen_param_shapes");
    pickler.op(Opcode.NONE);
    pickler.text("shared_params");
    pickler.op(Opcode.EMPTY_DICT);
    pickler.memoize();
    pickler.text("frozen_param_fragments");
    pickler.op(Opcode.NONE);
    pickler.text("ds_version");
    pickler.text("0.19.6");
    pickler.op(Opcode.SETITEMS);
    save(name, pickler, List.of());
  }

  private void shapes(Pickler pickler) {
    int[] size = new int[1];
    pickler.items(
        spec.tensors(),
        tensor -> {
          pickler.text(spec.name(tensor));
          if (tensor == 0) {
            size[0] = pickler.global("torch", "Size");
          } else {
            pickler.get(size[0]);
          }
          pickler.tuple(List.of(spec.rows(), spec.columns()));
          pickler.op(Opcode.TUPLE1);
          pickler.memoize();
          pickler.op(Opcode.REDUCE);
          pickler.memoize();
        });
  }

  private void writeOptimizer(int rank) throws IOException {
    Pickler pickler = new Pickler();
    begin(pickler, Opcode.EMPTY_DICT);
    pickler.text("optimizer_state_dict");
    begin(pickler, Opcode.EMPTY_DICT);
    pickler.text("zero_stage");
    pickler.global("deepspeed.runtime.zero.config", "ZeroStageEnum");
    pickler.number(stage);
    pickler.op(Opcode.TUPLE1);
    pickler.memoize();
    pickler.op(Opcode.REDUCE);
    pickler.memoize();
    pickler.text("partition_count");
    pickler.number(spec.ranks());
    pickler.text(
        stage == PARTITIONED_WEIGHTS ? "fp32_flat_groups" : "single_partition_of_fp32_groups");
    pickler.op(Opcode.EMPTY_LIST);
    pickler.memoize();
    long count = partition();
    new TensorPickler(pickler, FileLayout.ZIP)
        .tensor("0", spec.type(), new Strides.Geometry(List.of(count), List.of(1L)));
    pickler.op(Opcode.APPEND);
    pickler.op(Opcode.SETITEMS);
    pickler.text("ds_version");
    pickler.text("0.19.6");
    pickler.op(Opcode.SETITEMS);
    save(
        "zero_pp_rank_" + rank + "_mp_rank_00_optim_states.pt",
        pickler,
        List.of(new ZipLayout.Stored(spec.weights(rank), count * spec.type().bytes())));
  }

  private static void begin(Pickler pickler, Opcode container) {
    pickler.op(container);
    pickler.memoize();
    pickler.op(Opcode.MARK);
  }
}
