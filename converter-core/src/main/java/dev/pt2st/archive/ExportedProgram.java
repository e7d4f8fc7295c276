package dev.pt2st.archive;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One program in an archive of {@code torch.export.save}. There have been three layouts:
 *
 * <ul>
 *   <li>up to PyTorch 2.7 a ZIP without a root folder, with a checkpoint {@code
 *       serialized_state_dict.pt} in it ({@code load} in {@code torch/export/__init__.py});
 *   <li>in 2.8 a checkpoint {@code data/weights/NAME.pt};
 *   <li>since then a record for each storage and {@code data/weights/NAME_weights_config.json},
 *       which describes them ({@code _load_state_dict} in {@code
 *       torch/export/pt2_archive/_package.py}).
 * </ul>
 *
 * @param name the name of the program, {@code model} in nearly all archives
 * @param weights the configuration of its weights, or a checkpoint with them
 * @param constants the same for its constants; null if there is none
 */
public record ExportedProgram(String name, Part weights, @Nullable Part constants) {
  private static final String WEIGHTS = "data/weights/";
  private static final String CONSTANTS = "data/constants/";
  private static final String ONLY = "model";

  /** Where the tensors of a part of a program are. */
  public sealed interface Part {
    ZipEntry entry();
  }

  /**
   * A configuration in JSON and a record for each storage.
   *
   * @param folder the folder of these records
   */
  public record Configured(ZipEntry entry, String folder) implements Part {}

  /** A checkpoint, written by {@code torch.save}. */
  public record Saved(ZipEntry entry) implements Part {}

  /**
   * Finds the programs of an archive; an empty list if it is an archive of another kind.
   *
   * @throws CheckpointException if it is a PyTorch program without weights, or with two sets of
   *     them
   */
  static List<ExportedProgram> in(ZipArchive archive, Place place) throws CheckpointException {
    Part old = firstOf(archive, "serialized_state_dict.pt", "serialized_state_dict.json");
    if (old != null && archive.entry("serialized_exported_program.json").isPresent()) {
      Part constants = firstOf(archive, "serialized_constants.pt", "serialized_constants.json");
      return List.of(new ExportedProgram(ONLY, old, constants));
    }
    Map<String, Part> weights = parts(archive, WEIGHTS, "_weights_config.json", place);
    Map<String, Part> constants = parts(archive, CONSTANTS, "_constants_config.json", place);
    List<ExportedProgram> programs = new ArrayList<>(weights.size());
    weights.forEach(
        (name, part) -> programs.add(new ExportedProgram(name, part, constants.get(name))));
    if (programs.isEmpty() && archive.has("archive_format")) {
      throw new UnsupportedException(
          place,
          "this is a package of PyTorch (.pt2) without the weights of an exported program",
          new Remedy.Advice(
              "if it was compiled (AOTInductor), save the program before with torch.export.save"));
    }
    return programs;
  }

  private static @Nullable Part firstOf(ZipArchive archive, String name, String olderName) {
    return archive.entry(name).or(() -> archive.entry(olderName)).map(Saved::new).orElse(null);
  }

  private static Map<String, Part> parts(ZipArchive archive, String folder, String end, Place place)
      throws RefusedException {
    Map<String, Part> parts = new HashMap<>();
    archive
        .records(folder, end)
        .forEach((name, entry) -> parts.put(name, new Configured(entry, folder)));
    for (Map.Entry<String, ZipEntry> saved : archive.records(folder, ".pt").entrySet()) {
      if (parts.put(saved.getKey(), new Saved(saved.getValue())) != null) {
        throw new RefusedException(
            place.inEntry(saved.getValue().name()),
            "the program \"" + saved.getKey() + "\" has its tensors twice",
            ZipReader.AMBIGUOUS);
      }
    }
    return parts;
  }
}
