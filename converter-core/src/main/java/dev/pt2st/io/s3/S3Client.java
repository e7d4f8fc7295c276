package dev.pt2st.io.s3;

import dev.pt2st.io.aws.CredentialProvider;
import dev.pt2st.io.aws.Digests;
import dev.pt2st.io.aws.SigV4;
import dev.pt2st.io.aws.XmlElement;
import dev.pt2st.io.http.HttpCall;
import dev.pt2st.io.http.HttpSession;
import dev.pt2st.io.http.Redirects;
import dev.pt2st.io.http.answer.HttpAnswer;
import dev.pt2st.io.s3.S3Request.Purpose;
import dev.pt2st.io.source.SourceException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Sends requests to the region of their bucket, signed if the settings say so. */
final class S3Client {
  /**
   * Over an encrypted connection, only bodies up to this size are signed; of larger ones the MD5 is
   * signed.
   */
  private static final int SMALL = 1 << 20;

  private final HttpSession session;
  private final S3Settings settings;
  private final S3Endpoint endpoint;
  private final Map<String, String> regions = new ConcurrentHashMap<>();

  S3Client(HttpSession session, S3Settings settings) {
    this.session = session;
    this.settings = settings;
    this.endpoint = new S3Endpoint(settings);
  }

  HttpSession session() {
    return session;
  }

  /** Sends a call whose rules are known. */
  @FunctionalInterface
  private interface Sender {
    HttpAnswer send(HttpCall call, S3Rules rules) throws IOException;
  }

  /** Sends a request with a short response. */
  HttpAnswer send(S3Request request, int maxBody) throws IOException {
    return inRegion(request, (call, rules) -> session.send(call, maxBody));
  }

  /** The headers of an object. The response to a HEAD has no body, so an error has no reason. */
  HttpAnswer head(S3Address address) throws IOException {
    return send(S3Request.of("HEAD", address, Purpose.READ), 0);
  }

  /** The same, but if it fails, a GET of the first byte gives the reason. */
  HttpAnswer headOrReason(S3Address address) throws IOException {
    S3Rules[] last = new S3Rules[1];
    try {
      return inRegion(
          S3Request.of("HEAD", address, Purpose.READ),
          (call, rules) -> {
            last[0] = rules;
            return session.send(call, 0);
          });
    } catch (SourceException e) {
      if (last[0].hasAnswer()) {
        S3Request first = S3Request.of("GET", address, Purpose.READ).header("range", "bytes=0-0");
        inRegion(first, (call, rules) -> session.transfer(call, 1, new UnwantedBody()));
      }
      throw e;
    }
  }

  /**
   * Sends a request with an XML response.
   *
   * @param root the name of its first element
   */
  XmlElement xml(S3Request request, String root, int maxBody) throws IOException {
    XmlBody[] body = new XmlBody[1];
    inRegion(
        request,
        (call, rules) -> {
          body[0] = new XmlBody(request.name(), rules, root, maxBody);
          return session.transfer(call, 0, body[0]);
        });
    return body[0].root();
  }

  /** Sends a request again, once, if the bucket turns out to be in another region. */
  private HttpAnswer inRegion(S3Request request, Sender sender) throws IOException {
    String bucket = request.address().bucket();
    String region = regions.getOrDefault(bucket, settings.region());
    for (boolean again = false; ; again = true) {
      S3Signer signer = signer(request, region);
      S3Rules rules = new S3Rules(request.purpose(), signer);
      SourceException failure;
      try {
        HttpAnswer answer = sender.send(call(request, region, signer, rules), rules);
        if (!Redirects.isRedirect(answer.status())) {
          return answer;
        }
        rules.note(answer);
        failure = rules.elsewhere(request.name());
      } catch (SourceException e) {
        failure = e;
      }
      boolean elsewhere = !rules.region().isEmpty() && !rules.region().equals(region);
      // For a custom endpoint without a signature, it would be the same request.
      boolean helps = settings.endpoint() == null || signer != null;
      if (again || !elsewhere || !helps) {
        throw failure;
      }
      region = rules.region();
      regions.put(bucket, region);
    }
  }

  /** A call for a bucket whose region is already known. */
  HttpCall call(S3Request request) {
    String region = regions.getOrDefault(request.address().bucket(), settings.region());
    S3Signer signer = signer(request, region);
    return call(request, region, signer, new S3Rules(request.purpose(), signer));
  }

  private @Nullable S3Signer signer(S3Request request, String region) {
    CredentialProvider credentials = settings.credentials();
    return credentials == null ? null : new S3Signer(request.name(), credentials, region);
  }

  private HttpCall call(
      S3Request request, String region, @Nullable S3Signer signer, S3Rules rules) {
    URI uri = endpoint.uri(request.address(), region, request.query());
    HttpCall call =
        HttpCall.of(request.method(), request.name(), endpoint.home(uri), uri)
            .rules(rules)
            .withoutRedirects();
    for (Map.Entry<String, String> header : request.headers().entrySet()) {
      call = call.header(header.getKey(), header.getValue());
    }
    ByteBuffer body = request.body();
    if (body != null) {
      call = call.body(body);
      if (request.method().equals("PUT")) {
        call = call.header("content-md5", Digests.md5(body));
      }
    }
    return signer == null
        ? call
        : call.header(SigV4.CONTENT_DIGEST, digest(body, uri)).signedBy(signer);
  }

  static String digest(@Nullable ByteBuffer body, URI uri) {
    if (body == null) {
      return SigV4.EMPTY_DIGEST;
    }
    return body.remaining() > SMALL && "https".equals(uri.getScheme())
        ? SigV4.UNSIGNED_PAYLOAD
        : Digests.sha256(body);
  }
}
