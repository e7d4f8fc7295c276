package dev.pt2st.migrate.content;

import dev.pt2st.CheckpointException;
import dev.pt2st.migrate.names.TargetNames;
import dev.pt2st.migrate.unit.MigrateOptions;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.Selection;
import dev.pt2st.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Finds models that already exist as safetensors, made by another program, under the name of a
 * checkpoint's output: most older repositories have a model in both formats. Such a checkpoint is
 * left unchanged. Its tensors need not be the same: {@code save_model} of {@code
 * safetensors/torch.py}, for example, omits tied weights.
 */
public final class ExistingSafetensors {
  private final MigrationSettings settings;
  private final Selection selection;

  public ExistingSafetensors(MigrationSettings settings, Selection selection) {
    this.settings = settings;
    this.selection = selection;
  }

  /** The reason why a checkpoint is left unchanged. */
  public static String reason(String target) {
    return PathTree.name(target) + " is there beside it";
  }

  /** Whether a file is a safetensors model: a single file, or an index whose files all exist. */
  public static boolean isModel(Path file) throws IOException {
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
   * A file beside the sources of a unit that has the name of an output.
   *
   * @param target the path, below either tree
   * @param model whether it is a safetensors model; otherwise it is a side file, which would be
   *     copied into the other tree
   */
  public record Beside(String target, boolean model) {}

  /**
   * Finds a file in the directory of a unit that has the name of one of its outputs. In place, only
   * links are reported, as only the content of a file shows whether an earlier run has made it.
   *
   * @return empty if there is no such file
   */
  public Optional<Beside> beside(MigrationUnit unit) throws IOException {
    if (settings.inPlace() && !unit.isLink()) {
      return Optional.empty();
    }
    for (Item item : unit.items()) {
      Path there = settings.source().path(item.target());
      if (selection.excludes(item.target())
          || !Files.exists(there)
          || (settings.inPlace() && mayBeOurs(unit, item, there))) {
        continue;
      }
      if (isModel(there)) {
        return Optional.of(new Beside(item.target(), true));
      }
      if (!settings.inPlace() && isPutBeside(there)) {
        return Optional.of(new Beside(item.target(), false));
      }
    }
    return Optional.empty();
  }

  /** Whether an earlier run may have made this link, or this index of a unit of links. */
  private static boolean mayBeOurs(MigrationUnit unit, Item item, Path there) throws IOException {
    if (!Files.isSymbolicLink(there)) {
      return item.equals(unit.index());
    }
    String output =
        PathTree.child(
            PathTree.parent(item.leadsTo()), TargetNames.of(PathTree.name(item.leadsTo())));
    return Files.readSymbolicLink(there).equals(Path.of(PathTree.relative(item.target(), output)));
  }

  private boolean isPutBeside(Path there) throws IOException {
    return settings.options().sideFiles() != MigrateOptions.SideFiles.NONE
        && (!Files.isRegularFile(there)
            || FileKind.at(there, settings.options().convert()) instanceof FileKind.Other);
  }
}
