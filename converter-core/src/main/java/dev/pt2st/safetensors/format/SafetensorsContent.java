package dev.pt2st.safetensors.format;

import dev.pt2st.CheckpointException;
import dev.pt2st.LimitException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.io.FileGuard;
import dev.pt2st.io.Input;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Recognizes safetensors files and shard indices by their first bytes. */
public final class SafetensorsContent {
  private SafetensorsContent() {}

  /** Whether a file begins like a safetensors file or an index, sound or not. */
  public static boolean isOne(MappedFile file) {
    return isFile(file) || isIndex(file);
  }

  private static boolean isFile(MappedFile file) {
    if (file.size() <= Long.BYTES || file.i8(8) != '{') {
      return false;
    }
    long length = file.i64(0);
    return length >= 0 && length <= HeaderWriter.MAX_JSON_BYTES;
  }

  /** Whether a file begins with a brace. No checkpoint does, as a brace is not a pickle opcode. */
  private static boolean isIndex(MappedFile file) {
    long at = 0;
    while (at < file.size() && " \t\r\n".indexOf(file.i8(at)) >= 0) {
      at++;
    }
    return at < file.size() && file.i8(at) == '{';
  }

  /**
   * The content of an index: for each tensor, the name of the file in the index's folder that
   * contains it. Null if the file is not an index.
   *
   * @throws MalformedException if it begins like an index but is not one
   * @throws RefusedException if it names a file that is not in its folder
   * @throws LimitException if it does not fit the heap
   */
  public static @Nullable Map<String, String> indexOf(MappedFile file) throws CheckpointException {
    return !isFile(file) && isIndex(file) ? read(file) : null;
  }

  /**
   * The same for a path; also null if it is not a regular file, such as a member of an archive.
   *
   * @throws MalformedException if it begins like an index but is not one
   * @throws RefusedException if it names a file that is not in its folder
   * @throws LimitException if it does not fit the heap
   * @throws IOException if it cannot be read
   */
  public static @Nullable Map<String, String> indexOf(Path path)
      throws CheckpointException, IOException {
    if (!Files.isRegularFile(path)) {
      return null;
    }
    try (MappedFile file = MappedFile.open(path)) {
      return indexOf(file);
    }
  }

  /**
   * The same for a remote source that is named like an index; also null if its neighbours cannot be
   * addressed.
   *
   * @param folder where a nameless file is made for fetched data
   * @throws CheckpointException if it begins like an index but cannot be followed
   * @throws IOException if it cannot be read
   */
  public static @Nullable Map<String, String> indexOf(Input.Ranged input, ScratchFolder folder)
      throws CheckpointException, IOException {
    if (!input.hasSiblings() || !input.source().name().text().endsWith(".json")) {
      return null;
    }
    try (MappedFile file = input.open(folder)) {
      return FileGuard.guarded(List.of(file), () -> Optional.ofNullable(indexOf(file)))
          .orElse(null);
    }
  }

  /**
   * Refuses a remote index that cannot be followed because the addresses of its files are unknown.
   *
   * @throws UnsupportedException if it is an index
   * @throws CheckpointException if it begins like an index but is not one
   */
  public static void refuseIndex(MappedFile file) throws CheckpointException {
    if (indexOf(file) != null) {
      throw new UnsupportedException(
          Place.of(file.name()),
          "this is the index of several files, which are not read through an index where they are",
          new Remedy.Advice("name each of its files, or download the model"));
    }
  }

  /**
   * Reads an index.
   *
   * @throws MalformedException if it is not an index
   * @throws RefusedException if it names a file that is not in its folder
   * @throws LimitException if it does not fit the heap
   */
  public static Map<String, String> read(MappedFile index) throws CheckpointException {
    try {
      return ShardIndexReader.read(index, Place.of(index.name()));
    } catch (OutOfMemoryError e) {
      throw Header.tooLarge(index.name());
    }
  }
}
