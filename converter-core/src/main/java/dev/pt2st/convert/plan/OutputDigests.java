package dev.pt2st.convert.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 of all files that a conversion reads and writes, in hexadecimal.
 *
 * @param sources the files that are read, in the order of their names
 * @param files the safetensors files, in the order of the plan
 * @param index the index of several files; null for a single file
 */
public record OutputDigests(
    List<SourceDigest> sources, List<FileDigest> files, @Nullable FileDigest index) {

  /**
   * A file that was read.
   *
   * @param name relative to the deepest folder that contains all source files, with slashes
   * @param bytes its size in bytes
   * @param sha256 of the whole file, in hexadecimal
   */
  public record SourceDigest(String name, long bytes, String sha256) {}

  /**
   * A file that was written.
   *
   * @param name without a folder
   * @param bytes its size in bytes
   * @param sha256 of the whole file, in hexadecimal
   * @param tensors the SHA-256 of each tensor's bytes in hexadecimal, in the order of the file
   */
  public record FileDigest(String name, long bytes, String sha256, List<String> tensors) {
    public FileDigest {
      tensors = List.copyOf(tensors);
    }
  }

  public OutputDigests {
    sources = List.copyOf(sources);
    files = List.copyOf(files);
  }
}
