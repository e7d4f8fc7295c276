package dev.pt2st.io.http;

import java.net.URI;
import java.util.Locale;

/**
 * The scheme, host and port of an address, for which credentials are valid.
 *
 * @param scheme in lower case: {@code http} or {@code https}
 * @param host in lower case, an IPv6 address without its brackets
 * @param port the port; the scheme's default if the address has none
 */
public record Origin(String scheme, String host, int port) {
  /**
   * The origin of an address.
   *
   * @throws IllegalArgumentException if it is not an address of a web server; the message contains
   *     nothing of it
   */
  public static Origin of(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    String host = uri.getHost();
    if (host == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw new IllegalArgumentException("not an address of a web server");
    }
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    int standard = scheme.equals("https") ? 443 : 80;
    return new Origin(
        scheme, host.toLowerCase(Locale.ROOT), uri.getPort() < 0 ? standard : uri.getPort());
  }

  boolean isEncrypted() {
    return scheme.equals("https");
  }

  @Override
  public String toString() {
    String shown = host.contains(":") ? "[" + host + "]" : host;
    boolean usual = port == (isEncrypted() ? 443 : 80);
    return scheme + "://" + shown + (usual ? "" : ":" + port);
  }
}
