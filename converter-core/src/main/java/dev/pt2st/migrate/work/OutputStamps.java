package dev.pt2st.migrate.work;

import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.migrate.unit.UnitResult.Written;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Identifies the outputs of a unit, as another run or program may replace them before the original
 * is removed.
 *
 * @param texts one for each output, in the order of the unit's items
 */
record OutputStamps(List<String> texts) {
  private static final String BETWEEN = ";";

  OutputStamps {
    texts = List.copyOf(texts);
  }

  /**
   * The stamps of outputs that have just been made or compared.
   *
   * @throws IOException if one of them no longer exists
   */
  static OutputStamps of(PathTree target, UnitResult result) throws IOException {
    List<String> texts = new ArrayList<>();
    List<Item> items = result.unit().items();
    for (int i = 0; i < items.size(); i++) {
      String name = items.get(i).target();
      BasicFileAttributes attributes = attributes(target.path(name));
      Written written = i < result.written().size() ? result.written().get(i) : null;
      if (!attributes.isRegularFile()
          || written == null
          || !written.target().equals(name)
          || written.bytes() != attributes.size()) {
        throw another(target, name);
      }
      texts.add(text(attributes));
    }
    return new OutputStamps(texts);
  }

  /**
   * Checks that the outputs are still the same files.
   *
   * @throws IOException if one of them is another file now, or does not exist
   */
  void check(PathTree target, MigrationUnit unit) throws IOException {
    List<Item> items = unit.items();
    for (int i = 0; i < items.size(); i++) {
      String name = items.get(i).target();
      BasicFileAttributes attributes = attributes(target.path(name));
      if (!attributes.isRegularFile() || !text(attributes).equals(texts.get(i))) {
        throw another(target, name);
      }
    }
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static IOException another(PathTree target, String name) throws IOException {
    return new FileSystemException(
        target.path(name).toString(),
        null,
        "its output " + name + " is no longer the file that was compared with it");
  }

  /** The size and time of a file, and its file key if the file system has one. */
  private static String text(BasicFileAttributes attributes) {
    String text =
        attributes.size()
            + ","
            + attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS)
            + ","
            + attributes.fileKey();
    return text.replaceAll("[\\s;]", "_");
  }

  /** The stamps as a text without spaces or line feeds. */
  String line() {
    return String.join(BETWEEN, texts);
  }

  /** Reads the stamps of a {@link #line}. */
  static OutputStamps read(String line) {
    return new OutputStamps(List.of(line.split(BETWEEN, -1)));
  }
}
