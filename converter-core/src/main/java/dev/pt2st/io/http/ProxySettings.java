package dev.pt2st.io.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The proxy that the environment names, by the rules of curl: {@code https_proxy}, {@code
 * HTTPS_PROXY}, {@code http_proxy} (in lower case only), {@code all_proxy}, {@code ALL_PROXY},
 * {@code no_proxy}, {@code NO_PROXY}. Proxies with a password and non-HTTP proxies are refused,
 * never silently ignored.
 */
final class ProxySettings extends ProxySelector {
  private final @Nullable URI encrypted;
  private final @Nullable URI plain;
  private final Set<String> direct;

  private ProxySettings(@Nullable URI encrypted, @Nullable URI plain, Set<String> direct) {
    this.encrypted = encrypted;
    this.plain = plain;
    this.direct = direct;
  }

  /**
   * Reads the variables.
   *
   * @throws IOException if a proxy is named that is not supported
   */
  static ProxySettings of(Map<String, String> environment) throws IOException {
    String direct = first(environment, "no_proxy", "NO_PROXY");
    return new ProxySettings(
        proxy(environment, "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"),
        proxy(environment, "http_proxy", "all_proxy", "ALL_PROXY"),
        Stream.of(direct.split("[,\\s]+"))
            .map(name -> name.toLowerCase(Locale.ROOT))
            .map(name -> name.startsWith(".") ? name.substring(1) : name)
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toUnmodifiableSet()));
  }

  private static String first(Map<String, String> environment, String... names) {
    for (String name : names) {
      String value = environment.get(name);
      if (value != null && !value.isBlank()) {
        return value.strip();
      }
    }
    return "";
  }

  private static @Nullable URI proxy(Map<String, String> environment, String... names)
      throws IOException {
    for (String name : names) {
      String value = first(environment, name);
      if (value.isEmpty()) {
        continue;
      }
      URI uri;
      try {
        uri = new URI(value.contains("://") ? value : "http://" + value);
      } catch (URISyntaxException e) {
        throw unsupported(name, "is not an address");
      }
      if (!"http".equalsIgnoreCase(uri.getScheme())) {
        throw unsupported(name, "names a proxy that is not spoken to by http://");
      }
      if (uri.getRawUserInfo() != null) {
        throw unsupported(name, "names a proxy with a password");
      }
      if (uri.getHost() == null) {
        throw unsupported(name, "is not an address");
      }
      return uri;
    }
    return null;
  }

  private static IOException unsupported(String name, String what) {
    return new IOException(
        "The environment variable " + name + " " + what + ", which is not supported.");
  }

  @Nullable URI proxyFor(Origin origin) {
    URI proxy = origin.isEncrypted() ? encrypted : plain;
    return proxy == null || isDirect(origin.host()) ? null : proxy;
  }

  private boolean isDirect(String host) {
    return AddressGuard.isLocalName(host)
        || direct.contains("*")
        || direct.stream().anyMatch(name -> host.equals(name) || host.endsWith("." + name));
  }

  @Override
  public List<Proxy> select(URI uri) {
    URI proxy = proxyFor(Origin.of(uri));
    if (proxy == null) {
      return List.of(Proxy.NO_PROXY);
    }
    int port = proxy.getPort() < 0 ? 1080 : proxy.getPort();
    return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), port)));
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    // The request itself fails and reports it.
  }
}
