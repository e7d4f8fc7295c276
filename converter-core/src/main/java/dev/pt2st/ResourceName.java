package dev.pt2st;

import java.nio.file.Path;

/**
 * What messages and reports call an input: the text that the user named it by, be it a path or an
 * address, and for what lies inside of it that text, an exclamation mark and the name in there:
 * {@code /models/a.pt}, {@code s3://b/k}, {@code a.zip!inner.pt}. It is shown and compared and
 * never opened, so nothing of it is changed: a {@link Path} would make {@code s3:/b/k} of an
 * address.
 *
 * @param text as the user wrote it
 */
public record ResourceName(String text) {
  private static final char INSIDE = '!';

  /** The name of a file, as its path is written. */
  public static ResourceName of(Path path) {
    return new ResourceName(path.toString());
  }

  /** What has this name inside of it, such as a member of an archive. */
  public ResourceName inside(String name) {
    return new ResourceName(text + INSIDE + name);
  }

  /** The name by which this lies inside of another; empty if it does not. */
  public String within(ResourceName outer) {
    String start = outer.text + INSIDE;
    return text.startsWith(start) ? text.substring(start.length()) : "";
  }

  /** What stands behind the last slash, or else the whole. */
  public String fileName() {
    return text.substring(text.lastIndexOf('/') + 1);
  }

  @Override
  public String toString() {
    return text;
  }
}
