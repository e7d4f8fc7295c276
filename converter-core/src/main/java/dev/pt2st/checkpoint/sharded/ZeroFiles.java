package dev.pt2st.checkpoint.sharded;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.sharded.folder.FolderNames;
import dev.pt2st.checkpoint.sharded.folder.FolderParts;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.view.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * The files of a step of DeepSpeed's ZeRO ({@code state_dict} of {@code
 * deepspeed/runtime/zero/stage_1_and_2.py} and {@code stage3.py}, {@code _save_checkpoint} of
 * {@code engine.py}).
 *
 * @param stage 1, 2 or 3
 * @param models the content of the model's files: one in stages 1 and 2, one per rank in stage 3
 * @param groups the flat groups of each rank's part, in the order of the ranks
 * @param stateTensors how many tensors the optimizer's files have besides these groups
 * @param stateBytes the size of the storages of all tensors in these files, in bytes
 */
record ZeroFiles(
    int stage,
    List<DictValue> models,
    List<List<Value>> groups,
    long stateTensors,
    long stateBytes) {
  private static final int PARTITIONED_WEIGHTS = 3;

  ZeroFiles {
    models = List.copyOf(models);
    groups = List.copyOf(groups);
  }

  /** The number of ranks. */
  int ranks() {
    return groups.size();
  }

  boolean hasPartitionedWeights() {
    return stage == PARTITIONED_WEIGHTS;
  }

  static ZeroFiles read(FolderParts parts) throws CheckpointException, IOException {
    return new Reader(parts).read();
  }

  /** Reads the files in the numerical order of their ranks: 10 comes after 2. */
  private static final class Reader {
    private final FolderParts parts;
    private final Place place;
    private final TreeMap<Integer, String> optimizers = new TreeMap<>();
    private final TreeMap<Integer, String> modelRanks = new TreeMap<>();
    private @Nullable String model;

    Reader(FolderParts parts) {
      this.parts = parts;
      this.place = parts.files().place();
    }

    ZeroFiles read() throws CheckpointException, IOException {
      findFiles();
      checkRanks(optimizers, "optim_states");
      List<List<Value>> groups = new ArrayList<>();
      List<DictValue> models = new ArrayList<>();
      int stage = 0;
      long tensors = 0;
      long bytes = 0;
      // The model's file names the checkpoint in messages, so it is the first.
      if (!modelRanks.isEmpty()) {
        checkRanks(modelRanks, "model_states");
      } else if (model == null) {
        throw missing("mp_rank_00_model_states.pt");
      }
      List<String> modelFiles =
          modelRanks.isEmpty() ? List.of(String.valueOf(model)) : List.copyOf(modelRanks.values());
      for (String name : modelFiles) {
        models.add(dict(read(name).top(), name));
      }
      for (String name : optimizers.values()) {
        Checkpoint file = read(name);
        DictValue state = optimizerState(file.top(), name);
        int own = stage(state, name);
        if (stage != 0 && own != stage) {
          throw new MalformedException(
              place, "its files say stage " + stage + " and stage " + own + " of ZeRO");
        }
        stage = own;
        checkCount(state, name);
        List<Value> flat = flatGroups(state, stage, name);
        groups.add(flat);
        tensors += file.tensors() - flat.size();
        for (Storage storage : file.storages()) {
          bytes += storage.byteSize();
        }
      }
      boolean partitioned = stage == PARTITIONED_WEIGHTS;
      if (partitioned != !modelRanks.isEmpty()) {
        throw new MalformedException(
            place,
            "its optimizer is of stage "
                + stage
                + " of ZeRO, and its model's files are those of "
                + (partitioned ? "stages 1 and 2" : "stage 3"));
      }
      if (partitioned && models.size() != groups.size()) {
        throw new MalformedException(
            place,
            "it has "
                + models.size()
                + " files of model states and "
                + groups.size()
                + " of optimizer states, and each rank has written one of both",
            new Remedy.FetchAgain("get the whole folder again"));
      }
      return new ZeroFiles(stage, models, groups, tensors, bytes);
    }

    private void findFiles() throws CheckpointException, IOException {
      for (Path part : parts.folder().parts()) {
        String name = String.valueOf(part.getFileName());
        Matcher optimizer = FolderNames.ZERO_OPTIMIZER.matcher(name);
        if (optimizer.matches()) {
          add(optimizers, FolderNames.number(optimizer.group(1)), name);
        }
        Matcher states = FolderNames.ZERO_MODEL.matcher(name);
        if (states.matches() && states.group(1) == null) {
          model = name;
        } else if (states.matches()) {
          add(modelRanks, FolderNames.number(states.group(1)), name);
        }
      }
      if (optimizers.isEmpty()) {
        throw missing("zero_pp_rank_0_mp_rank_00_optim_states.pt");
      }
      if (model != null && !modelRanks.isEmpty()) {
        throw new MalformedException(
            place, "it has the files of model states of stage 3 and of another stage of ZeRO");
      }
    }

    private void add(Map<Integer, String> files, int rank, String name) throws MalformedException {
      String other = files.put(rank, name);
      if (other != null) {
        throw new MalformedException(
            place, "the files " + other + " and " + name + " are both of rank " + rank);
      }
    }

    private void checkRanks(Map<Integer, String> files, String kind) throws MalformedException {
      int expected = 0;
      for (int rank : files.keySet()) {
        if (rank != expected) {
          throw missing("of rank " + expected + " with " + kind);
        }
        expected++;
      }
    }

    private MalformedException missing(String what) {
      return new MalformedException(
          place,
          "the file " + what + " is missing",
          new Remedy.FetchAgain("get the whole folder again"));
    }

    private Checkpoint read(String name) throws CheckpointException, IOException {
      MappedFile file = parts.files().open(name, place);
      return parts.readSaved(file);
    }

    private DictValue dict(@Nullable Value value, String name) throws MalformedException {
      if (value instanceof DictValue dict) {
        return dict;
      }
      throw new MalformedException(
          place, "the file " + name + " holds no dict where DeepSpeed writes one");
    }

    private DictValue optimizerState(Value top, String name) throws CheckpointException {
      DictValue file = dict(top, name);
      DictValue state = dict(file.get("optimizer_state_dict"), name);
      for (DictValue each : List.of(file, state)) {
        if (each.get("ds_zero_partition_groups") != null || each.get("mics_shard_size") != null) {
          throw new RefusedException(
              place,
              "the file " + name + " says that its parts belong to groups of processes (MiCS)",
              new Remedy.Advice("merge it with zero_to_fp32.py of the DeepSpeed that wrote it"));
        }
      }
      return state;
    }

    private int stage(DictValue state, String name) throws CheckpointException {
      Value value = state.get("zero_stage");
      if (value instanceof ObjectValue object
          && object.typeName().endsWith(".ZeroStageEnum")
          && object.arguments().size() == 1) {
        value = object.arguments().getFirst();
      } else if (value instanceof ObjectValue member && member.arguments().size() == 2) {
        value = stageByName(member.arguments().get(1));
      }
      if (value == null) {
        throw new RefusedException(
            place,
            "the file "
                + name
                + " has no zero_stage: an optimizer of another kind has written it (BF16_Optimizer)",
            new Remedy.Advice(
                "convert the 16-bit model, mp_rank_00_model_states.pt, or merge it with"
                    + " zero_to_fp32.py of DeepSpeed"));
      }
      if (value instanceof Value.Int(long stage) && stage >= 1 && stage <= PARTITIONED_WEIGHTS) {
        return (int) stage;
      }
      throw new MalformedException(place, "the file " + name + " has no stage of ZeRO");
    }

    /**
     * The stage from the name of an enum member, as Python 3.11.2 and similar versions pickle it.
     */
    private static @Nullable Value stageByName(Value name) {
      if (!(name instanceof Value.Text text)) {
        return Value.None.NONE;
      }
      return switch (text.value()) {
        case "optimizer_states" -> new Value.Int(1);
        case "gradients" -> new Value.Int(2);
        case "weights", "max_stage" -> new Value.Int(PARTITIONED_WEIGHTS);
        default -> Value.None.NONE;
      };
    }

    private void checkCount(DictValue state, String name) throws CheckpointException {
      Value count = state.get("partition_count");
      List<Value> counts =
          switch (count) {
            case ListValue list -> list.items();
            case TupleValue tuple -> tuple.items();
            case Value.Int number -> List.of(number);
            case null, default -> List.of();
          };
      long most = -1;
      for (Value each : counts) {
        if (!(each instanceof Value.Int(long number))) {
          most = -1;
          break;
        }
        if (most >= 0 && number != most) {
          throw new RefusedException(
              place,
              "the groups of the file "
                  + name
                  + " are spread over different numbers of processes, as with experts (MoE)",
              new Remedy.Advice("load it with DeepSpeed, and save the model's state_dict"));
        }
        most = number;
      }
      if (most < 0) {
        throw new MalformedException(
            place, "the file " + name + " does not say over how many processes it is spread");
      }
      if (most != optimizers.size()) {
        throw new MalformedException(
            place,
            "it was written by "
                + most
                + " processes, and the files of "
                + optimizers.size()
                + " are there",
            new Remedy.FetchAgain("get the whole folder again"));
      }
    }

    private List<Value> flatGroups(DictValue state, int stage, String name)
        throws MalformedException {
      String key =
          stage == PARTITIONED_WEIGHTS ? "fp32_flat_groups" : "single_partition_of_fp32_groups";
      if (state.get(key) instanceof ListValue list) {
        return list.items();
      }
      throw new MalformedException(place, "the file " + name + " has no " + key);
    }
  }
}
