package dev.pt2st.cli.input;

import dev.pt2st.ResourceName;
import dev.pt2st.io.http.ShownAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an input is, as the user wrote it: a path on this disk, or an address. A text is an address
 * if it begins with a scheme and {@code ://}; {@code ./a://b} is a path all the same.
 */
public sealed interface Location {
  /**
   * What messages and reports call it. Of an address that is without what stands behind a question
   * mark, where signatures are.
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
   * @param scheme what stands in front of {@code ://}, in small letters
   * @param uri all of it, which may hold a signature: it is given to a store, and never shown
   */
  record Address(String scheme, String uri) implements Location {
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
   * What a word stands for.
   *
   * @throws InvalidPathException if it is neither an address nor a path
   */
  static Location of(String word) {
    Matcher scheme = Start.SCHEME.matcher(word);
    if (!scheme.lookingAt()) {
      return new OnDisk(Path.of(word));
    }
    String name = scheme.group(1).toLowerCase(Locale.ROOT);
    return new Address(name, name + word.substring(name.length()));
  }

  /** Whether a word is an address; {@link #of} then throws nothing. */
  static boolean isAddress(String word) {
    return Start.SCHEME.matcher(word).lookingAt();
  }

  /** How an address begins. */
  final class Start {
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://");

    private Start() {}
  }
}
