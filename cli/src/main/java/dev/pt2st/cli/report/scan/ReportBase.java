package dev.pt2st.cli.report.scan;

import dev.pt2st.ResourceName;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The folder to which names in a report are relative. */
public final class ReportBase {
  /**
   * The commit in an address, left out because the next scan may find the same file in another
   * commit.
   */
  private static final Pattern COMMIT =
      Pattern.compile("^(hf://[^/@]+/[^/@]+)@[0-9a-f]{40}(?=/|$)");

  /** Characters with a meaning in a web address, or already encoded parts of one. */
  private static final Pattern WEB =
      Pattern.compile("[A-Za-z0-9._~!$&'()*+,;=:@/\\[\\]-]+|%[0-9A-Fa-f]{2}");

  private final Path folder;

  public ReportBase(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  /**
   * Where a file is.
   *
   * @param uri by RFC 3986; all characters with a meaning in a URI are encoded
   * @param isRelative whether it is relative to the base; else it is an absolute URI
   */
  record Location(String uri, boolean isRelative) {}

  /**
   * The name of a file in a report: for a file below the folder, its relative path with slashes;
   * for another file, its absolute path; for an address, the address without the resolved commit.
   */
  public String name(ResourceName file) {
    if (ResourceName.isAddress(file.text())) {
      return COMMIT.matcher(file.text()).replaceFirst("$1");
    }
    Path path = absolute(file);
    if (path == null) {
      return file.text();
    }
    return isBelow(path) ? joined(folder.relativize(path), false) : joined(path, false);
  }

  /**
   * The whole path of a file; null if the locale of the JVM has no way to write its name, as C has
   * none for "modèle.pt". The launcher sets another locale then; a program that starts the JVM
   * itself may not.
   */
  private static @Nullable Path absolute(ResourceName file) {
    try {
      return Path.of(file.text()).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private boolean isBelow(Path path) {
    return path.startsWith(folder) && !path.equals(folder);
  }

  Location location(ResourceName file) {
    if (ResourceName.isAddress(file.text())) {
      return new Location(encodedAddress(file.text()), false);
    }
    Path path = absolute(file);
    if (path == null) {
      boolean isWhole = file.text().startsWith("/");
      return new Location((isWhole ? "file://" : "") + encodedSegments(file.text()), !isWhole);
    }
    return isBelow(path)
        ? new Location(joined(folder.relativize(path), true), true)
        : new Location("file://" + joined(path, true), false);
  }

  /** The location of a file by the name that {@link #name} returned. */
  Location locationOf(String name) {
    if (ResourceName.isAddress(name)) {
      return location(new ResourceName(name));
    }
    try {
      return location(ResourceName.of(folder.resolve(name)));
    } catch (InvalidPathException e) {
      return location(new ResourceName(name));
    }
  }

  /** The folder itself, with a trailing slash. */
  String uri() {
    String uri = "file://" + joined(folder, true);
    return uri.endsWith("/") ? uri : uri + "/";
  }

  Path folder() {
    return folder;
  }

  private static String joined(Path path, boolean encode) {
    Path root = path.getRoot();
    String start = root == null ? "" : root.toString().replace('\\', '/');
    return (start.isEmpty() || start.startsWith("/") ? start : "/" + start)
        + StreamSupport.stream(path.spliterator(), false)
            .map(name -> encode ? encoded(name.toString()) : name.toString())
            .collect(Collectors.joining("/"));
  }

  private static String encodedSegments(String names) {
    return Arrays.stream(names.split("/", -1))
        .map(ReportBase::encoded)
        .collect(Collectors.joining("/"));
  }

  /** Web addresses are already encoded; those of other stores are literal. */
  private static String encodedAddress(String address) {
    int start = ResourceName.isAddress(address) ? address.indexOf("://") + 3 : 0;
    String rest = address.substring(start);
    boolean isWeb = address.startsWith("http://") || address.startsWith("https://");
    return address.substring(0, start) + (isWeb ? encodedWeb(rest) : encodedSegments(rest));
  }

  private static String encodedWeb(String text) {
    StringBuilder encoded = new StringBuilder();
    Matcher good = WEB.matcher(text);
    int at = 0;
    while (good.find()) {
      encoded.append(encoded(text.substring(at, good.start()))).append(good.group());
      at = good.end();
    }
    return encoded.append(encoded(text.substring(at))).toString();
  }

  private static String encoded(String name) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean unreserved =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._~".indexOf(c) >= 0;
      encoded.append(unreserved ? String.valueOf(c) : String.format("%%%02X", (int) c));
    }
    return encoded.toString();
  }
}
