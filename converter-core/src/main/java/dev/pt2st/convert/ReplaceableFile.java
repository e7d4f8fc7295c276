package dev.pt2st.convert;

import dev.pt2st.archive.Containers;
import dev.pt2st.io.MappedFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Checks that a conversion may replace a file if it is asked to. The file must be empty, or of the
 * kind that is written there, told by its first bytes. So a mistyped name never costs the user a
 * checkpoint or any other file.
 */
final class ReplaceableFile {
  private ReplaceableFile() {}

  /**
   * Checks a file that a safetensors file is to replace.
   *
   * @throws IOException if the existing file is of another kind, or cannot be read
   */
  static void checkModel(Path file) throws IOException {
    if (isThere(file) && !isSafetensors(file)) {
      throw refused(file, "is there already and is not a safetensors file");
    }
  }

  /** Checks a file that the index of shards is to replace. */
  static void checkIndex(Path file) throws IOException {
    if (isThere(file) && !isJson(file)) {
      throw refused(file, "is there already and is not an index of shards");
    }
  }

  /** Checks a file that a sidecar is to replace. */
  static void checkSidecar(Path file) throws IOException {
    if (isThere(file) && !isJson(file)) {
      throw refused(file, "is there already and is not a JSON file");
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
   * No checkpoint begins with a brace, as that is not an opcode of a pickle. A safetensors file
   * may, if the length of its header has that first byte.
   */
  private static boolean isJson(Path file) throws IOException {
    try (MappedFile opened = MappedFile.open(file)) {
      return opened.i8(0) == '{' && !Containers.isSafetensors(opened);
    }
  }
}
