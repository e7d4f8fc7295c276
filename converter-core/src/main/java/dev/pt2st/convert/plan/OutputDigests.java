package dev.pt2st.convert.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 of all that a conversion reads and writes, each in hexadecimal.
 *
 * @param sources the files that are read, in the order of their names
 * @param files the safetensors files, in the order of the plan
 * @param index of several; null for one
 */
public record OutputDigests(
    List<SourceDigest> sources, List<FileDigest> files, @Nullable FileDigest index) {

  /**
   * A file that was read.
   *
   * @param name below the folder that all of them are in, with slashes
   * @param bytes its size
   * @param sha256 of the whole file, in hexadecimal
   */
  public record SourceDigest(String name, long bytes, String sha256) {}

  /**
   * A file that was written.
   *
   * @param name without a folder
   * @param bytes its size
   * @param sha256 of the whole file, in hexadecimal
   * @param tensors the SHA-256 of the bytes of each tensor, in the order of the file
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
