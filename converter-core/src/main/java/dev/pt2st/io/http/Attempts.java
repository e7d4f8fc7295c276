package dev.pt2st.io.http;

import dev.pt2st.ResourceName;
import dev.pt2st.io.http.answer.BodyQueue;
import dev.pt2st.io.http.answer.BodySink;
import dev.pt2st.io.http.answer.HttpAnswer;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Makes single attempts of requests, each with its redirects. */
final class Attempts implements AutoCloseable {
  /** How many bytes of an error response's body are kept. */
  private static final int ERROR_BODY = 8 << 10;

  /**
   * The outcome of an attempt.
   *
   * @param answer the response; with the beginning of its body if the sink did not receive that
   * @param taken whether the sink received the body
   */
  record Outcome(HttpAnswer answer, boolean taken) {}

  private final HttpSettings settings;
  private final Traffic traffic;
  private final ProxySettings proxies;
  private final AddressGuard guard;
  private final Semaphore connections;
  private @Nullable HttpClient client;
  private boolean closed;

  Attempts(HttpSettings settings, Traffic traffic, ProxySettings proxies, Resolver resolver) {
    this.settings = settings;
    this.traffic = traffic;
    this.proxies = proxies;
    this.guard = new AddressGuard(resolver, settings.connectTimeout());
    this.connections = new Semaphore(settings.connections(), true);
  }

  Traffic traffic() {
    return traffic;
  }

  /** Sends a request and follows its redirects. */
  Outcome run(HttpCall call, long expected, BodySink sink)
      throws IOException, FailedAttempt, InterruptedException {
    connections.acquire();
    try {
      ByteBuffer body = call.body();
      long bytes = expected + (body == null ? 0 : body.remaining());
      Duration time = settings.attemptTimeout(bytes);
      long deadline = System.nanoTime() + time.toNanos();
      URI uri = call.uri();
      for (int hop = 0; hop <= Redirects.MOST; hop++) {
        long arrival = System.nanoTime();
        traffic.gate().pass();
        deadline += System.nanoTime() - arrival; // this time was not spent on the server
        try (Exchange exchange = begin(call, uri, expected, deadline)) {
          HttpAnswer answer = exchange.answer();
          if (Redirects.isRedirect(answer.status()) && call.followsRedirects()) {
            exchange.beginning(ERROR_BODY);
            uri = Redirects.target(call.source(), answer);
          } else if (call.wants(answer.status())) {
            exchange.take(sink);
            return new Outcome(answer, true);
          } else {
            return new Outcome(answer.withBody(exchange.beginning(ERROR_BODY)), false);
          }
        }
      }
      throw new SourceException(
          call.source(),
          Reason.REFUSED,
          "the server leads from one address to the next, more than " + Redirects.MOST + " times");
    } finally {
      connections.release();
    }
  }

  private Exchange begin(HttpCall call, URI uri, long expected, long deadline)
      throws IOException, FailedAttempt, InterruptedException {
    ResourceName source = call.source();
    Origin server = Origin.of(uri);
    Redirects.check(source, call.named(), server);
    HttpClient sender = client();
    look(call, server);
    HttpRequest request = request(call, uri, server, deadline);
    traffic.request(source, expected);
    BodyQueue body = new BodyQueue();
    boolean begun = false;
    try {
      HttpResponse<BodyQueue> response = sender.send(request, info -> body);
      look(call, server);
      HttpAnswer answer =
          new HttpAnswer(uri, response.statusCode(), response.headers(), new byte[0]);
      begun = true;
      return new Exchange(source, answer, body, traffic, settings.stallTimeout(), deadline);
    } catch (SourceException e) {
      throw e;
    } catch (IOException e) {
      throw new FailedAttempt(e, server);
    } finally {
      if (!begun) {
        body.cancel();
      }
    }
  }

  private void look(HttpCall call, Origin server) throws SourceException, InterruptedException {
    if (proxies.proxyFor(server) == null) {
      guard.check(call.source(), call.named(), server);
    } else {
      AddressGuard.checkName(call.source(), call.named(), server);
    }
  }

  private HttpRequest request(HttpCall call, URI uri, Origin server, long deadline)
      throws IOException {
    Map<String, String> headers = new TreeMap<>(call.headers());
    headers.put("accept-encoding", "identity");
    headers.putIfAbsent("user-agent", "pt2st");
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    if (server.equals(call.named().origin())) {
      headers.putAll(call.signer().sign(call.method(), uri, Collections.unmodifiableMap(headers)));
    }
    for (Map.Entry<String, String> header : headers.entrySet()) {
      try {
        request.setHeader(header.getKey(), header.getValue());
      } catch (IllegalArgumentException e) {
        // Its message contains the value, which may be a token.
        throw new SourceException(
            call.source(),
            Reason.NOT_ALLOWED,
            "the header "
                + header.getKey()
                + " cannot be sent, as its value has control characters");
      }
    }
    ByteBuffer body = call.body();
    BodyPublisher publisher =
        body == null || !body.hasRemaining() ? BodyPublishers.noBody() : new UploadBody(body);
    if (body != null) {
      traffic.sent(body.remaining());
    }
    long left = Math.max(1, deadline - System.nanoTime());
    return request.method(call.method(), publisher).timeout(Duration.ofNanos(left)).build();
  }

  /** The client with its threads; created by the first request. */
  private synchronized HttpClient client() throws IOException {
    if (closed) {
      throw new IOException("The session is closed");
    }
    HttpClient made = client;
    if (made == null) {
      made =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(settings.connectTimeout())
              .proxy(proxies)
              .build();
      client = made;
    }
    return made;
  }

  @Override
  public synchronized void close() {
    closed = true;
    guard.close();
    if (client != null) {
      client.shutdownNow();
      client.close();
    }
  }
}
