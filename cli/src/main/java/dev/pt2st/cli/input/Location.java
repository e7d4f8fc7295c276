package dev.pt2st.cli.input;

import dev.pt2st.ResourceName;
import dev.pt2st.io.http.ShownAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;

/**
 * Where an input is, as the user wrote it: a local path or an address. A text is an address if it
 * begins with a scheme and {@code ://}; {@code ./a://b} is a path.
 */
public sealed interface Location {
  /**
   * The name in messages and reports. For an address, without the query, which may contain
   * signatures.
   */
  ResourceName name();

  /** The last part of the name. */
  String fileName();

  /** A path. */
  record OnDisk(Path path) implements Location {
    public OnDisk {
      Objects.requireNonNull(path);
    }

    @Override
    public ResourceName name() {
      return ResourceName.of(path);
    }

    @Override
    public String fileName() {
      return String.valueOf(path.getFileName());
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /**
   * An address.
   *
   * @param scheme the part before {@code ://}, in lower case
   * @param uri the whole address, which may contain a signature; it is passed to a store and never
   *     shown
   */
  record Address(String scheme, String uri) implements Location {
    /** Whether outputs can be written there: to S3, and to no other store. */
    public boolean takesOutputs() {
      return scheme.equals("s3");
    }

    @Override
    public ResourceName name() {
      return ShownAddress.of(uri);
    }

    @Override
    public String fileName() {
      String text = name().text();
      int end = text.endsWith("/") ? text.length() - 1 : text.length();
      return text.substring(text.lastIndexOf('/', end - 1) + 1, end);
    }

    @Override
    public String toString() {
      return name().text();
    }
  }

  /**
   * The location that a word names.
   *
   * @throws InvalidPathException if it is neither an address nor a path
   */
  static Location of(String word) {
    if (!isAddress(word)) {
      return new OnDisk(Path.of(word));
    }
    String name = word.substring(0, word.indexOf(':')).toLowerCase(Locale.ROOT);
    return new Address(name, name + word.substring(name.length()));
  }

  /** Whether a word is an address; {@link #of} then throws nothing. */
  static boolean isAddress(String word) {
    return ResourceName.isAddress(word);
  }
}
