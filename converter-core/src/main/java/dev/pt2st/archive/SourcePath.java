package dev.pt2st.archive;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The parsed name of an input: a file, or a member of an archive, written {@code
 * archive.7z!inner.pt}; for nested archives, {@code a.zip!b.tar.gz!c.pt}.
 *
 * @param file the file on the disk
 * @param member the text after the exclamation mark, with slashes; empty if there is none
 */
public record SourcePath(Path file, String member) {

  /**
   * Parses a path. An existing file whose own name has an exclamation mark takes precedence; of
   * several, the longest name.
   */
  public static SourcePath of(Path path) {
    if (!Files.exists(path)) {
      String text = path.toString();
      for (int mark = text.lastIndexOf('!'); mark > 0; mark = text.lastIndexOf('!', mark - 1)) {
        Path file = path.getFileSystem().getPath(text.substring(0, mark));
        if (Files.isRegularFile(file)) {
          String separator = path.getFileSystem().getSeparator();
          return new SourcePath(file, text.substring(mark + 1).replace(separator, "/"));
        }
      }
    }
    return new SourcePath(path, "");
  }
}
