package dev.pt2st.io.aws;

import dev.pt2st.ResourceName;
import dev.pt2st.io.http.HttpCall;
import dev.pt2st.io.http.HttpSession;
import dev.pt2st.io.http.HttpSettings;
import dev.pt2st.io.http.NamedServer;
import dev.pt2st.io.http.Redirects;
import dev.pt2st.io.http.Signer;
import dev.pt2st.io.http.Traffic;
import dev.pt2st.io.http.answer.HttpAnswer;
import dev.pt2st.io.http.answer.StatusRules;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests credentials from services: the metadata services of containers and instances, which
 * answer at once or do not exist, and the security token service. Its requests do not count towards
 * the user's limits.
 */
final class MetadataClient implements AutoCloseable {
  private static final HttpSettings NEAR =
      new HttpSettings(
          Duration.ofSeconds(1),
          Duration.ofSeconds(3),
          Duration.ofSeconds(2),
          2,
          Duration.ofSeconds(2),
          1);

  /** The security token service gives a code as the reason for a refusal. */
  private static final StatusRules RULES =
      new StatusRules() {
        @Override
        public SourceException failure(ResourceName source, HttpAnswer answer) {
          String code = AwsError.code(answer.body());
          return code.isEmpty()
              ? StatusRules.STANDARD.failure(source, answer)
              : new SourceException(
                  source,
                  Reason.NOT_ALLOWED,
                  "the server answers with " + answer.status() + " (" + code + ")");
        }
      };

  private final HttpSession session;

  private MetadataClient(HttpSession session) {
    this.session = session;
  }

  /** A client for services on this machine or its link, which are never reached through a proxy. */
  static MetadataClient near() throws IOException {
    return new MetadataClient(new HttpSession(NEAR, Traffic.unlimited(), Map.of()));
  }

  /** A client for services on the internet. */
  static MetadataClient far(Map<String, String> environment) throws IOException {
    HttpSettings settings = HttpSettings.STANDARD.withAttempts(3).withConnections(1);
    return new MetadataClient(new HttpSession(settings, Traffic.unlimited(), environment));
  }

  /**
   * The body of a response.
   *
   * @param words the name of the service in messages
   * @throws SourceException if there is none
   */
  byte[] ask(
      String words, String method, URI uri, Signer signer, @Nullable ByteBuffer body, String type)
      throws IOException {
    HttpCall call =
        HttpCall.of(method, new ResourceName(words), NamedServer.ofEndpoint(uri), uri)
            .signedBy(signer)
            .rules(RULES)
            .withoutRedirects();
    if (body != null) {
      call = call.body(body).header("content-type", type);
    }
    HttpAnswer answer = session.send(call, CredentialsJson.LARGEST);
    if (Redirects.isRedirect(answer.status())) {
      throw new CredentialsException(words + " leads to another address, which is not followed");
    }
    return answer.body();
  }

  byte[] get(String words, URI uri, Signer signer) throws IOException {
    return ask(words, "GET", uri, signer, null, "");
  }

  @Override
  public void close() {
    session.close();
  }
}
