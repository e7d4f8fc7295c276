package dev.pt2st.migrate;

import dev.pt2st.CheckpointException;
import dev.pt2st.migrate.Unit.Action;
import dev.pt2st.migrate.Unit.Item;
import dev.pt2st.migrate.Unit.Kind;
import dev.pt2st.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model that is there as safetensors already, under the name that the output of its checkpoint
 * would get, and made by somebody else: most older repositories hold a model in both formats. Such
 * a checkpoint is left alone. Its tensors need not be the same ones: {@code save_model} of {@code
 * safetensors/torch.py} leaves out a tied weight, for one.
 */
final class SafetensorsBeside {
  private final Settings settings;
  private final Selection selection;

  SafetensorsBeside(Settings settings, Selection selection) {
    this.settings = settings;
    this.selection = selection;
  }

  /** Why a checkpoint is left alone. */
  static String reason(String target) {
    return Tree.name(target) + " is there beside it";
  }

  /** Whether a file is a model in safetensors: one file, or an index whose files are all there. */
  static boolean isModel(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (SafetensorsFile model = SafetensorsFile.open(file)) {
      return !model.tensors().isEmpty();
    } catch (CheckpointException e) {
      return isWholeIndex(file);
    }
  }

  private static boolean isWholeIndex(Path file) throws IOException {
    Map<String, String> index;
    try {
      index = IndexRewrite.read(file);
    } catch (CheckpointException e) {
      return false;
    }
    return !index.isEmpty()
        && index.values().stream()
            .distinct()
            .allMatch(name -> Files.exists(file.resolveSibling(name)));
  }

  /**
   * What becomes of a unit to be converted, by what its directory has under the names of its
   * outputs. In place only links are told: of a file, only its content tells whether an earlier run
   * has made it.
   *
   * @return null if nothing stands against it
   */
  @Nullable Unit decided(Unit unit) throws IOException {
    boolean links = unit.kind() == Kind.LINK || unit.kind() == Kind.LINKED_MODEL;
    if (settings.inPlace() && !links) {
      return null;
    }
    for (Item item : unit.items()) {
      Path there = settings.source().path(item.target());
      if (selection.excludes(item.target())
          || !Files.exists(there)
          || (settings.inPlace() && mayBeOurs(unit, item, there))) {
        continue;
      }
      if (isModel(there)) {
        return unit.with(Action.LEAVE_ALONE, reason(item.target()));
      }
      if (!settings.inPlace() && isPutBeside(there)) {
        return unit.with(
            Action.FAIL,
            item.target()
                + " is there beside it and is no safetensors file, and both would be that in the"
                + " other tree; rename it, or leave it out with --exclude");
      }
    }
    return null;
  }

  /** Whether an earlier run may have made the link or the index of a link's unit. */
  private static boolean mayBeOurs(Unit unit, Item item, Path there) throws IOException {
    if (!Files.isSymbolicLink(there)) {
      return item.equals(unit.index());
    }
    String output =
        Tree.child(Tree.parent(item.leadsTo()), TargetNames.of(Tree.name(item.leadsTo())));
    return Files.readSymbolicLink(there).equals(Path.of(Tree.relative(item.target(), output)));
  }

  private boolean isPutBeside(Path there) throws IOException {
    return settings.options().sideFiles() != MigrateOptions.SideFiles.NONE
        && (!Files.isRegularFile(there)
            || FileLook.at(there, settings.options().convert()) instanceof FileLook.Other);
  }
}
