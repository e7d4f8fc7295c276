package dev.pt2st.checkpoint.sharded.folder;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the current step of a training run with several: the file {@code latest} beside them names
 * it ({@code save_checkpoint} of {@code deepspeed/runtime/engine.py}).
 */
public final class CurrentStep {
  /** Names the step of a ZeRO checkpoint. */
  static final String LATEST = "latest";

  /** Names the step of a universal checkpoint. */
  static final String LATEST_UNIVERSAL = "latest_universal";

  /** A tag is the name of a folder. */
  private static final int LONGEST_TAG = 1 << 10;

  private CurrentStep() {}

  /**
   * Why a folder is not the current step among those beside it.
   *
   * @return the reason in words; empty if it is the current step
   * @throws IOException if the folder around it cannot be read
   */
  public static String whyNot(FolderCheckpoint folder) throws IOException {
    Path parent = folder.folder().toAbsolutePath().getParent();
    if (parent == null) {
      return "";
    }
    if (folder.kind() == FolderKind.PIECES) {
      return holdsModel(parent) ? "the folder above it holds the whole model" : "";
    }
    if (!isStep(folder.kind())) {
      return "";
    }
    String name = String.valueOf(folder.folder().getFileName());
    boolean universal = folder.kind() == FolderKind.UNIVERSAL;
    String tag = tagIn(parent.resolve(LATEST)).orElse("");
    if (universal && !tag.isEmpty() && !tag.equals(name) && isZero(parent, tag)) {
      return LATEST + " beside it names " + tag;
    }
    if (universal) {
      tag = tagIn(parent.resolve(LATEST_UNIVERSAL)).orElse(tag);
    }
    if (!tag.isEmpty()) {
      return tag.equals(name) ? "" : "the file that names the current step beside it names " + tag;
    }
    List<String> steps = stepsIn(parent);
    return steps.size() < 2
        ? ""
        : "there are several steps, "
            + String.join(", ", steps)
            + ", and no file "
            + LATEST
            + " that names one";
  }

  /** Whether a folder holds a consolidated model, which is written above its pieces. */
  private static boolean holdsModel(Path folder) throws IOException {
    try (DirectoryStream<Path> models = Files.newDirectoryStream(folder, "*.safetensors")) {
      return models.iterator().hasNext();
    }
  }

  private static boolean isStep(FolderKind kind) {
    return kind == FolderKind.ZERO || kind == FolderKind.UNIVERSAL;
  }

  private static boolean isZero(Path parent, String tag) throws IOException {
    return isOneName(tag)
        && FolderCheckpoint.in(parent.resolve(tag))
            .filter(found -> found.kind() == FolderKind.ZERO)
            .isPresent();
  }

  /** Whether a tag is the name of a folder, and not a path. */
  static boolean isOneName(String tag) {
    return !tag.isEmpty()
        && !tag.equals(".")
        && !tag.equals("..")
        && tag.chars().noneMatch(c -> c == '/' || c == '\\' || c < ' ');
  }

  /** The step that a file names; empty if there is no such file, or it is longer than a name. */
  static Optional<String> tagIn(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] tag = in.readNBytes(LONGEST_TAG + 1);
      return tag.length > LONGEST_TAG
          ? Optional.empty()
          : Optional.of(new String(tag, StandardCharsets.UTF_8).strip());
    }
  }

  /** The names of the steps in a folder. */
  static List<String> stepsIn(Path parent) throws IOException {
    List<String> steps = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, Files::isDirectory)) {
      for (Path entry : entries) {
        if (FolderCheckpoint.in(entry).filter(found -> isStep(found.kind())).isPresent()) {
          steps.add(String.valueOf(entry.getFileName()));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    steps.sort(null);
    return steps;
  }
}
