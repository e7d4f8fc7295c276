package dev.pt2st.io;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** A table in a resource file: UTF-8 text with one entry a line. */
public final class ResourceTable {
  private ResourceTable() {}

  /**
   * The entries: all lines that are not blank and do not begin with {@code #}.
   *
   * @param owner the class in whose package the resource is
   * @param name the file name
   */
  public static List<String> lines(Class<?> owner, String name) {
    try (InputStream table = owner.getResourceAsStream(name);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    Objects.requireNonNull(table, name), StandardCharsets.UTF_8))) {
      return lines.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
