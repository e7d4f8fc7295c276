package dev.pt2st.migrate.unit;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A directory whose files are named by texts: the path below it, with slashes. This makes plans and
 * journals plain data that stay valid if the directory is moved.
 *
 * <p>If a name cannot be decoded in the system's encoding, its text has U+FFFD for the undecodable
 * bytes; its file is then searched for in its directory. If two names have the same text, it leads
 * to neither.
 *
 * @param root the directory
 */
public record PathTree(Path root) {
  private static final char NO_TEXT = '\ufffd';

  /** The text for a path below the root. */
  public String text(Path path) {
    return root.relativize(path).toString().replace(root.getFileSystem().getSeparator(), "/");
  }

  /**
   * The path for a text.
   *
   * @throws java.nio.file.InvalidPathException if the system's encoding has no such name
   * @throws IOException if a directory cannot be read, or two of its names give this text
   */
  public Path path(String text) throws IOException {
    if (text.isEmpty()) {
      return root;
    }
    if (isText(text)) {
      return root.resolve(text);
    }
    Path found = root;
    for (String name : text.split("/", -1)) {
      found = child(found, name);
    }
    return found;
  }

  private static Path child(Path directory, String name) throws IOException {
    Path plain = directory.resolve(name);
    if (isText(name) || !Files.isDirectory(directory)) {
      return plain;
    }
    Path found = null;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (!String.valueOf(entry.getFileName()).equals(name)) {
          continue;
        }
        if (found != null) {
          throw new FileSystemException(
              shown(found),
              shown(entry),
              "both names read alike, as they are not UTF-8; rename one");
        }
        found = entry;
      }
      return found == null ? plain : found;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /** Whether a text has no undecodable bytes, so that it is the text of only one name. */
  public static boolean isText(String text) {
    return text.indexOf(NO_TEXT) < 0;
  }

  /** The last name of a path, with bytes other than ASCII as {@code %} and two digits. */
  public static String shown(Path path) {
    String uri = String.valueOf(path.toUri());
    return name(uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri);
  }

  /** The text of the parent directory; empty for the root. */
  public static String parent(String text) {
    return text.substring(0, Math.max(0, text.lastIndexOf('/')));
  }

  /** The last name of a text. */
  public static String name(String text) {
    return text.substring(text.lastIndexOf('/') + 1);
  }

  /** The text of a name in a directory. */
  public static String child(String directory, String name) {
    return directory.isEmpty() ? name : directory + "/" + name;
  }

  /** The content of a relative link from one file to another in the same tree. */
  public static String relative(String from, String to) {
    String[] start = parent(from).isEmpty() ? new String[0] : parent(from).split("/", -1);
    String[] end = to.split("/", -1);
    int common = 0;
    while (common < start.length && common < end.length - 1 && start[common].equals(end[common])) {
      common++;
    }
    StringBuilder relative = new StringBuilder("../".repeat(start.length - common));
    for (int i = common; i < end.length; i++) {
      relative.append(end[i]).append(i < end.length - 1 ? "/" : "");
    }
    return relative.toString();
  }
}
