package dev.pt2st.units;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Identifies a version of a file on a disk.
 *
 * @param size in bytes
 * @param version the time of its last change
 */
public record FileVersion(long size, String version) {
  /**
   * The present version of a file.
   *
   * @throws IOException if it is missing or not a regular file
   */
  public static FileVersion of(Path file) throws IOException {
    BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
    if (!now.isRegularFile()) {
      throw new FileSystemException(file.toString(), null, "is not a regular file");
    }
    return new FileVersion(now.size(), "changed " + now.lastModifiedTime().toInstant());
  }
}
