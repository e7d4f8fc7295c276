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
