package dev.pt2st.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The version that results name. It is a resource, as the manifest may be another jar's: programs
 * that use this one are often put into one jar with it.
 */
final class ToolVersion {
  static final String NUMBER = read();

  private ToolVersion() {}

  private static String read() {
    try (InputStream file =
        Objects.requireNonNull(ToolVersion.class.getResourceAsStream("version.txt"))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
