package dev.pt2st.archive;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the name of an input means: a file, or a member of an archive, written as {@code
 * archive.7z!inner.pt}; archives within archives as {@code a.zip!b.tar.gz!c.pt}.
 *
 * @param file the file on the disk
 * @param member the rest behind the exclamation mark, with slashes; empty if there is none
 */
public record SourcePath(Path file, String member) {

  /** A file whose own name has an exclamation mark comes first, and of several the longest name. */
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
