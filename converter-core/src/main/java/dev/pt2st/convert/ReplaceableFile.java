package dev.pt2st.convert;

import dev.pt2st.archive.Containers;
import dev.pt2st.io.MappedFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a conversion may replace if it is asked to: a file of the kind that it writes there, told by
 * its first bytes, and an empty one. So a checkpoint, or anything else of the user's, is never lost
 * to a mistyped name.
 */
final class ReplaceableFile {
  private ReplaceableFile() {}

  /**
   * Of a safetensors file that is to be written.
   *
   * @throws IOException if the file that is there is none, or cannot be read
   */
  static void checkModel(Path file) throws IOException {
    if (isThere(file) && !isSafetensors(file)) {
      throw refused(file, "is there already and is no safetensors file");
    }
  }

  /** The same of the index of shards. */
  static void checkIndex(Path file) throws IOException {
    if (isThere(file) && !isJson(file)) {
      throw refused(file, "is there already and is no index of shards");
    }
  }

  /** The same of a sidecar. */
  static void checkSidecar(Path file) throws IOException {
    if (isThere(file) && !isJson(file)) {
      throw refused(file, "is there already and is no JSON file");
    }
  }

  private static FileSystemException refused(Path file, String what) {
    return new FileSystemException(
        file.toString(), null, what + ", so it is not replaced; name another output");
  }

  private static boolean isThere(Path file) throws IOException {
    return Files.isRegularFile(file) && Files.size(file) > 0;
  }

  private static boolean isSafetensors(Path file) throws IOException {
    try (MappedFile opened = MappedFile.open(file)) {
      return Containers.isSafetensors(opened);
    }
  }

  /**
   * No checkpoint begins with a brace, as it is no opcode of a pickle. A safetensors file may, by
   * the length of its header.
   */
  private static boolean isJson(Path file) throws IOException {
    try (MappedFile opened = MappedFile.open(file)) {
      return opened.i8(0) == '{' && !Containers.isSafetensors(opened);
    }
  }
}
