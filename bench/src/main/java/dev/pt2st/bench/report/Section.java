package dev.pt2st.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The part of a document in Markdown that a program writes, between two comments. */
final class Section {
  private Section() {}

  /**
   * Replaces what is between {@code <!-- NAME: begin -->} and {@code <!-- NAME: end -->}.
   *
   * @throws IllegalArgumentException if the document has no such place
   */
  static void replace(Path document, String name, String text) throws IOException {
    String old = Files.readString(document);
    String begin = "<!-- " + name + ": begin -->";
    String end = "<!-- " + name + ": end -->";
    int from = old.indexOf(begin);
    int to = old.indexOf(end);
    if (from < 0 || to < from) {
      throw new IllegalArgumentException(document + " has no place for " + name + ": " + begin);
    }
    Files.writeString(
        document,
        old.substring(0, from + begin.length())
            + "\n\n"
            + text.strip()
            + "\n\n"
            + old.substring(to));
  }
}
