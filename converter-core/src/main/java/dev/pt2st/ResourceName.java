package dev.pt2st;

import java.nio.file.Path;

/**
 * What messages and reports call an input: the path or address as the user gave it, such as {@code
 * /models/a.pt} or {@code s3://b/k}. For what is inside an input, an exclamation mark and the inner
 * name follow: {@code a.zip!inner.pt}. The name is shown and compared, never opened, so its text is
 * kept unchanged; a {@link Path} would turn {@code s3://b/k} into {@code s3:/b/k}.
 *
 * @param text as the user wrote it
 */
public record ResourceName(String text) {
  private static final char INSIDE = '!';

  /** The name of a file, as its path is written. */
  public static ResourceName of(Path path) {
    return new ResourceName(path.toString());
  }

  /**
   * Whether a text is an address and not a path: it begins with a scheme, as RFC 3986 has it, and
   * {@code ://}. One letter is not a scheme here, but a drive of Windows.
   */
  public static boolean isAddress(String text) {
    int colon = text.indexOf("://");
    for (int i = 0; i < colon; i++) {
      char c = text.charAt(i);
      boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean mayFollow = (c >= '0' && c <= '9') || c == '+' || c == '.' || c == '-';
      if (!isLetter && (i == 0 || !mayFollow)) {
        return false;
      }
    }
    return colon > 1;
  }

  /** The name of something inside this, such as a member of an archive. */
  public ResourceName inside(String name) {
    return new ResourceName(text + INSIDE + name);
  }

  /** The name by which this lies inside of another; empty if it does not. */
  public String within(ResourceName outer) {
    String start = outer.text + INSIDE;
    return text.startsWith(start) ? text.substring(start.length()) : "";
  }

  /** The part after the last slash, or the whole if there is none. */
  public String fileName() {
    return text.substring(text.lastIndexOf('/') + 1);
  }

  @Override
  public String toString() {
    return text;
  }
}
