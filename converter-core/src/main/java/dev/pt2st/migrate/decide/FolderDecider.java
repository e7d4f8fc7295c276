package dev.pt2st.migrate.decide;

import dev.pt2st.checkpoint.sharded.folder.FolderKind;
import dev.pt2st.migrate.content.SourceFile;
import dev.pt2st.migrate.names.TargetNames;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Action;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.MigrationUnit.Kind;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.Selection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decides what is done with a folder that is one checkpoint. */
final class FolderDecider {
  /** {@code FSDP_MODEL_NAME} of {@code accelerate/utils/constants.py}. */
  private static final Pattern FSDP_MODEL = Pattern.compile("pytorch_model_fsdp_(\\d+)");

  /** {@code OPTIMIZER_NAME} there. */
  private static final Pattern OPTIMIZER = Pattern.compile("optimizer_\\d+");

  private static final String MODEL = "model.safetensors";

  private FolderDecider() {}

  /**
   * Decides about a folder.
   *
   * @param notTaken why another folder is chosen instead; empty if this one is chosen
   */
  static List<Decision> decide(Item item, FolderKind kind, String notTaken, Selection selection) {
    if (!item.source().equals(SourceFile.ROOT) && !selection.includes(item.source())) {
      return List.of(new Decision.CountPassedOver(item.bytes()));
    }
    Item named = item.withTarget(target(item.source(), kind));
    MigrationUnit unit = new MigrationUnit(Kind.FOLDER, List.of(named), null, Action.CONVERT, "");
    if (!kind.isRead()) {
      return added(unit.with(Action.REFUSE, "it is " + kind.shown() + "; " + kind.tool()));
    }
    if (!notTaken.isEmpty()) {
      return added(unit.with(Action.LEAVE_ALONE, notTaken));
    }
    if (kind == FolderKind.DCP && OPTIMIZER.matcher(PathTree.name(item.source())).matches()) {
      return added(unit.with(Action.LEAVE_ALONE, "it is the state of an optimizer"));
    }
    return added(unit);
  }

  private static List<Decision> added(MigrationUnit unit) {
    return List.of(new Decision.AddUnit(unit));
  }

  /**
   * The path of the model: beside a folder that is a checkpoint, or inside a folder that only
   * contains one.
   */
  private static String target(String folder, FolderKind kind) {
    if (folder.equals(SourceFile.ROOT)) {
      return MODEL;
    }
    String parent = PathTree.parent(folder);
    String name = PathTree.name(folder);
    return switch (kind) {
      case DCP -> {
        Matcher model = FSDP_MODEL.matcher(name);
        if (!model.matches()) {
          yield PathTree.child(parent, TargetNames.of(name));
        }
        String number = model.group(1);
        yield PathTree.child(
            parent, number.equals("0") ? MODEL : "model_" + number + ".safetensors");
      }
      case ZERO, UNIVERSAL -> PathTree.child(parent, MODEL);
      case RANKS,
          PIECES,
          MEGATRON,
          META,
          PIPELINE,
          EXPERTS,
          TENSOR_PARALLEL,
          ZARR,
          FAIRSCALE,
          MODEL_PARTS,
          RANK_EXPERTS ->
          PathTree.child(folder, MODEL);
    };
  }
}
