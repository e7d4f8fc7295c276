package dev.pt2st.io.http;

import dev.pt2st.ResourceName;
import dev.pt2st.io.http.answer.StatusRules;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A request to a server, which {@link HttpSession} sends and retries. Its text shows its method and
 * its source, never its address.
 */
public final class HttpCall {
  /**
   * Headers that only a signer may set, so that they are sent only to the host that they are for.
   */
  private static final Set<String> CREDENTIALS =
      Set.of("authorization", "proxy-authorization", "cookie", "x-amz-security-token");

  private final String method;
  private final ResourceName source;
  private final NamedServer named;
  private final URI uri;
  private final Map<String, String> headers;
  private final @Nullable ByteBuffer body;
  private final Signer signer;
  private final StatusRules rules;
  private final Set<Integer> wanted;
  private final boolean redirects;
  private final boolean once;

  private HttpCall(
      String method,
      ResourceName source,
      NamedServer named,
      URI uri,
      Map<String, String> headers,
      @Nullable ByteBuffer body,
      Signer signer,
      StatusRules rules,
      Set<Integer> wanted,
      boolean redirects,
      boolean once) {
    this.method = method;
    this.source = source;
    this.named = named;
    this.uri = uri;
    this.headers = headers;
    this.body = body;
    this.signer = signer;
    this.rules = rules;
    this.wanted = wanted;
    this.redirects = redirects;
    this.once = once;
  }

  /**
   * A request without a body or credentials. GET and HEAD follow redirects.
   *
   * @param method such as {@code GET}
   * @param source the name in messages
   * @param named the server that the user named; an address elsewhere is treated as one given by
   *     that server
   * @param uri the address of the request
   */
  public static HttpCall of(String method, ResourceName source, NamedServer named, URI uri) {
    boolean reads = method.equals("GET") || method.equals("HEAD");
    return new HttpCall(
        method,
        source,
        named,
        uri,
        Map.of(),
        null,
        Signer.NONE,
        StatusRules.STANDARD,
        Set.of(),
        reads,
        false);
  }

  /**
   * This call with one more header.
   *
   * @throws IllegalArgumentException if it is a header for credentials, which only a {@link Signer}
   *     may set
   */
  public HttpCall header(String name, String value) {
    String key = name.toLowerCase(Locale.ROOT);
    if (CREDENTIALS.contains(key)) {
      throw new IllegalArgumentException("Credentials are added by a signer: " + key);
    }
    Map<String, String> more = new TreeMap<>(headers);
    more.put(key, value);
    return new HttpCall(
        method,
        source,
        named,
        uri,
        Collections.unmodifiableMap(more),
        body,
        signer,
        rules,
        wanted,
        redirects,
        once);
  }

  /**
   * This call with a body: all that remains of a buffer, which must not change until the response
   * is received.
   */
  public HttpCall body(ByteBuffer bytes) {
    return new HttpCall(
        method,
        source,
        named,
        uri,
        headers,
        bytes.asReadOnlyBuffer(),
        signer,
        rules,
        wanted,
        redirects,
        once);
  }

  /** This call with credentials. */
  public HttpCall signedBy(Signer by) {
    return new HttpCall(
        method, source, named, uri, headers, body, by, rules, wanted, redirects, once);
  }

  /** This call with other rules for responses. */
  public HttpCall rules(StatusRules other) {
    return new HttpCall(
        method, source, named, uri, headers, body, signer, other, wanted, redirects, once);
  }

  /** This call, with responses of this status returned like a success. */
  public HttpCall wanting(int status) {
    Set<Integer> more = new TreeSet<>(wanted);
    more.add(status);
    Set<Integer> all = Collections.unmodifiableSet(more);
    return new HttpCall(
        method, source, named, uri, headers, body, signer, rules, all, redirects, once);
  }

  /** This call, with redirects returned instead of followed. */
  public HttpCall withoutRedirects() {
    return new HttpCall(
        method, source, named, uri, headers, body, signer, rules, wanted, false, once);
  }

  /** This call without retries, since it may have had its effect without a response. */
  public HttpCall once() {
    return new HttpCall(
        method, source, named, uri, headers, body, signer, rules, wanted, redirects, true);
  }

  /**
   * This call for another address; if that is on another server, the named one must have given it.
   */
  public HttpCall at(URI other) {
    return new HttpCall(
        method, source, named, other, headers, body, signer, rules, wanted, redirects, once);
  }

  /** The name in messages. */
  public ResourceName source() {
    return source;
  }

  String method() {
    return method;
  }

  NamedServer named() {
    return named;
  }

  URI uri() {
    return uri;
  }

  Map<String, String> headers() {
    return headers;
  }

  @Nullable ByteBuffer body() {
    return body == null ? null : body.duplicate();
  }

  Signer signer() {
    return signer;
  }

  StatusRules rules() {
    return rules;
  }

  boolean wants(int status) {
    return (status >= 200 && status < 300)
        || (!redirects && Redirects.isRedirect(status))
        || wanted.contains(status);
  }

  boolean followsRedirects() {
    return redirects;
  }

  boolean isSentOnce() {
    return once;
  }

  @Override
  public String toString() {
    return method + " " + source;
  }
}
