package dev.pt2st.io.http.answer;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A server's response. Its text shows only the status, since a header may contain a signed address.
 */
public final class HttpAnswer {
  private static final int LONGEST_NUMBER = 18;

  private final URI uri;
  private final int status;
  private final HttpHeaders headers;
  private final byte[] body;

  public HttpAnswer(URI uri, int status, HttpHeaders headers, byte[] body) {
    this.uri = uri;
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /** The address that responded, after redirects. It must not be shown. */
  public URI uri() {
    return uri;
  }

  /** The status code, such as 200. */
  public int status() {
    return status;
  }

  /** The first header of a name, ignoring case. It is the server's text and not trusted. */
  public Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  /** All headers whose names begin with a prefix, by lower-case name; the first value of each. */
  public Map<String, String> headersFrom(String prefix) {
    Map<String, String> found = new TreeMap<>();
    headers
        .map()
        .forEach((name, values) -> {
          String key = name.toLowerCase(Locale.ROOT);
          if (key.startsWith(prefix)) {
            found.put(key, values.getFirst());
          }
        });
    return found;
  }

  /** A header that is an unsigned number; empty if it is anything else. */
  public OptionalLong number(String name) {
    String text = header(name).orElse("");
    return text.isEmpty()
            || text.length() > LONGEST_NUMBER
            || !text.chars().allMatch(c -> c >= '0' && c <= '9')
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(text));
  }

  /** The body as far as it was requested; for an error, its first few KiB. */
  public byte[] body() {
    return body;
  }

  /** The body as text in UTF-8. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  public HttpAnswer withBody(byte[] read) {
    return new HttpAnswer(uri, status, headers, read);
  }

  @Override
  public String toString() {
    return "HttpAnswer[" + status + "]";
  }
}
