package dev.pt2st.io;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** A table that is part of the program: text in UTF-8, a line for each entry. */
public final class ResourceTable {
  private ResourceTable() {}

  /**
   * The lines that say something: not those that are blank or begin with {@code #}.
   *
   * @param owner the class beside which the table lies
   * @param name of the file
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
