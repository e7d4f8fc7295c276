package dev.pt2st.io.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.pt2st.ResourceName;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.testing.FaultServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server leads us only where we would have gone without it, and never with credentials. */
class RedirectTest {
  private static final ResourceName NAME = new ResourceName("test://file");
  private static final Signer TOKEN =
      (method, uri, headers) -> Map.of("Authorization", "Bearer hf_secret");

  private static FaultServer.Reply to(Object location) {
    return FaultServer.answer(302, "", "Location: " + location);
  }

  private static HttpCall get(NamedServer home, URI uri) {
    return HttpCall.of("GET", NAME, home, uri).signedBy(TOKEN);
  }

  private static void refused(HttpSession session, HttpCall call, String words) {
    assertThatThrownBy(() -> session.send(call, 100))
        .asInstanceOf(type(SourceException.class))
        .satisfies(e -> {
          assertThat(e.reason()).isEqualTo(Reason.REFUSED);
          assertThat(e).hasMessageContaining(words).hasNoCause();
          assertThat(e.getMessage()).doesNotContain("secret", "Signature");
        });
  }

  @Test
  void credentialsStayWithTheirHost() throws IOException {
    try (FaultServer other = new FaultServer(request -> FaultServer.answer(200, "there"));
        FaultServer home =
            new FaultServer(request ->
                switch (request.target()) {
                  case "/start" -> to("/next?Signature=secret");
                  default -> to(other.at("/file?Signature=secret"));
                });
        HttpSession session = TestSessions.quick()) {
      HttpCall call = get(NamedServer.of(home.at("/")), home.at("/start")).header("X-Plain", "1");
      assertThat(session.send(call, 100).text()).isEqualTo("there");

      assertThat(home.requests()).hasSize(2);
      assertThat(home.requests())
          .allMatch(request -> request.header("Authorization").equals("Bearer hf_secret"));
      assertThat(other.requests()).hasSize(1);
      assertThat(other.requests().getFirst().header("Authorization")).isEmpty();
      assertThat(other.requests().getFirst().headers().toString()).doesNotContain("hf_secret");
      assertThat(session.traffic().requests()).isEqualTo(3);
    }
  }

  /** Another port or another name is another host, though the machine is the same. */
  @Test
  void theSameMachineByAnotherNameIsAnotherHost() throws IOException {
    FaultServer[] self = new FaultServer[1];
    try (FaultServer server =
            new FaultServer(request ->
                request.target().equals("/a")
                    ? to(self[0].byName("/b"))
                    : FaultServer.answer(200, "b"));
        HttpSession session = TestSessions.quick()) {
      self[0] = server;
      session.send(get(NamedServer.of(server.at("/")), server.at("/a")), 100);
      assertThat(server.requests().getFirst().header("Authorization")).isNotEmpty();
      assertThat(server.requests().getLast().header("Authorization")).isEmpty();
    }
  }

  /** An address that a server has named before is no better than a redirect. */
  @Test
  void anAddressElsewhereGetsNoCredentialsFromTheStart() throws IOException {
    try (FaultServer server = new FaultServer(request -> FaultServer.answer(200, "x"));
        HttpSession session = TestSessions.quick()) {
      session.send(get(NamedServer.of(server.at("/")), server.byName("/x")), 100);
      assertThat(server.requests().getFirst().header("Authorization")).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://169.254.169.254/latest/meta-data/, the local link",
    "http://10.1.2.3/, a private network",
    "http://172.16.0.1:8080/, a private network",
    "http://192.168.0.1/, a private network",
    "http://100.64.0.1/, a private network",
    "http://127.0.0.1/, this machine",
    "http://2130706433/, this machine",
    "http://0.0.0.0/, this machine",
    "http://[::1]/, this machine",
    "http://[::ffff:10.0.0.1]/, a private network",
    "http://[fd00:ec2::254]/, a private network",
    "http://[fe80::1]/, the local link",
    "http://224.0.0.1/, a reserved range"
  })
  void aServerOnTheInternetDoesNotLeadIntoAPrivateNetwork(String location, String where)
      throws IOException {
    try (FaultServer server = new FaultServer(request -> to(location));
        HttpSession session = TestSessions.with(TestSessions::localhostIsPublic)) {
      NamedServer home = NamedServer.ofEndpoint(server.byName("/"));
      refused(session, get(home, server.byName("/a")), "which is in " + where);
      assertThat(server.requests()).hasSize(1);
    }
  }

  /** Where it has been, it may stay; but this machine is not the local link. */
  @Test
  void aServerOnThisMachineMayLeadToThisMachineAlone() throws IOException {
    try (FaultServer server =
            new FaultServer(request -> to("http://169.254.169.254/latest/meta-data/"));
        HttpSession session = TestSessions.quick()) {
      NamedServer home = NamedServer.ofEndpoint(server.at("/"));
      refused(session, get(home, server.at("/a")), "the local link");
    }
  }

  /** A name that is public when it is looked at and private when the client connects. */
  @Test
  void aNameThatChangesItsAddressIsSeenBeforeItsAnswerIsUsed() throws IOException {
    AtomicInteger lookups = new AtomicInteger();
    Resolver rebinding =
        host ->
            lookups.getAndIncrement() < 2
                ? TestSessions.localhostIsPublic(host)
                : InetAddress.getAllByName(host);
    try (FaultServer server = new FaultServer(request -> FaultServer.answer(200, "inside"));
        HttpSession session = TestSessions.with(rebinding)) {
      NamedServer home = NamedServer.ofEndpoint(server.byName("/"));
      refused(session, get(home, server.byName("/a")), "this machine");
      assertThat(server.requests()).hasSize(1);
      assertThat(session.traffic().downloaded()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://example.org/x",
        "file:///etc/passwd",
        "http:///x",
        "http://a b/",
        "javascript:1",
        "http://under_score/",
        "http://127.1/"
      })
  void whatIsNoAddressOfAWebServerIsNotFollowed(String location) throws IOException {
    try (FaultServer server = new FaultServer(request -> to(location));
        HttpSession session = TestSessions.quick()) {
      refused(session, get(NamedServer.of(server.at("/")), server.at("/a")), "cannot be read");
    }
  }

  @Test
  void aPasswordInALocationIsNotFollowed() throws IOException {
    try (FaultServer server = new FaultServer(request -> to("http://u:secret@localhost/"));
        HttpSession session = TestSessions.quick()) {
      refused(session, get(NamedServer.of(server.at("/")), server.at("/a")), "password");
    }
  }

  @Test
  void aLoopEnds() throws IOException {
    try (FaultServer server = new FaultServer(request -> to("/a"));
        HttpSession session = TestSessions.quick()) {
      refused(session, get(NamedServer.of(server.at("/")), server.at("/a")), "more than 5 times");
      assertThat(server.requests()).hasSize(6);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "POST", "DELETE"})
  void whatChangesSomethingIsNotRedirected(String method) throws IOException {
    try (FaultServer server = new FaultServer(request -> to("/b"));
        HttpSession session = TestSessions.quick()) {
      HttpCall call = HttpCall.of(method, NAME, NamedServer.of(server.at("/")), server.at("/a"));
      assertThat(session.send(call, 100).status()).isEqualTo(302);
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void anEncryptedConnectionIsNotLeft() {
    NamedServer home = NamedServer.of(URI.create("https://example.org/"));
    assertThatThrownBy(
            () -> Redirects.check(NAME, home, Origin.of(URI.create("http://example.org/"))))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("one that is not encrypted");
    assertThatThrownBy(
            () -> Redirects.check(NAME, home, Origin.of(URI.create("http://localhost/"))))
        .isInstanceOf(SourceException.class);
  }

  @Test
  void aConnectionWithoutEncryptionIsMadeToThisMachineAlone() throws IOException {
    URI uri = URI.create("http://example.org/x?Signature=secret");
    try (HttpSession session = TestSessions.quick()) {
      refused(session, get(NamedServer.of(uri), uri), "not encrypted; use https://");
      assertThat(session.traffic().requests()).isZero();
    }
  }

  @Test
  void credentialsAreNoHeadersOfACall() {
    HttpCall call = get(NamedServer.of(URI.create("https://a/")), URI.create("https://a/?secret"));
    for (String header : new String[] {"Authorization", "COOKIE", "x-amz-security-token"}) {
      assertThatThrownBy(() -> call.header(header, "secret"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining("secret");
    }
    assertThat(call).hasToString("GET test://file");
  }

  @Test
  void aTokenThatCannotBeSentIsNotShown() throws IOException {
    try (FaultServer server = new FaultServer(request -> FaultServer.answer(200, "x"));
        HttpSession session = TestSessions.quick()) {
      HttpCall call =
          HttpCall.of("GET", NAME, NamedServer.of(server.at("/")), server.at("/"))
              .signedBy((method, uri, headers) -> Map.of("Authorization", "hf_secret\nX: y"));
      assertThatThrownBy(() -> session.send(call, 10))
          .isInstanceOf(SourceException.class)
          .hasMessageContaining("control characters")
          .hasMessageNotContaining("secret");
      assertThat(server.requests()).isEmpty();
    }
  }
}
