package dev.pt2st.io.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.pt2st.io.http.HttpSession;
import dev.pt2st.io.http.HttpSettings;
import dev.pt2st.io.http.Traffic;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.io.source.Store.Entry;
import dev.pt2st.testing.FaultServer;
import dev.pt2st.testing.FaultServer.Handler;
import dev.pt2st.testing.FaultServer.Reply;
import dev.pt2st.testing.FaultServer.Request;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A Hub that answers as no Hub should is not believed. */
class HubFaultsTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final String ETAG = "a".repeat(64);
  private static final byte[] FILE = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private static HubStore store(FaultServer server, HttpSession session, String... variables)
      throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("HF_ENDPOINT", server.at("").toString());
    environment.put("HF_TOKEN", "hf_secret");
    for (String variable : variables) {
      String[] words = variable.split("=", 2);
      environment.put(words[0], words[1]);
    }
    return new HubStore(session, HubSettings.of(environment, Path.of("/nowhere")));
  }

  private static HttpSession session() throws IOException {
    return new HttpSession(HttpSettings.STANDARD.withAttempts(1), Traffic.unlimited(), Map.of());
  }

  private static void fails(ThrowingCallable call, Reason reason, String words) {
    assertThatThrownBy(call)
        .asInstanceOf(type(SourceException.class))
        .satisfies(e -> {
          assertThat(e.reason()).isEqualTo(reason);
          assertThat(e).hasMessageStartingWith("hf://org/model").hasMessageContaining(words);
          // All that a log or a crash file could show, with causes and what was suppressed.
          StringWriter trace = new StringWriter();
          e.printStackTrace(new PrintWriter(trace));
          assertThat(trace.toString()).doesNotContain("hf_secret", "Signature");
        });
  }

  private static Reply commit() {
    return FaultServer.answer(200, "{\"id\": \"org/model\", \"sha\": \"" + COMMIT + "\"}");
  }

  private static String file(String path) {
    return "{\"type\": \"file\", \"path\": \""
        + path
        + "\", \"size\": 16, \"oid\": \""
        + COMMIT
        + "\"}";
  }

  /** A Hub whose tree is answered by a test. */
  private static Handler tree(Handler handler) {
    return request -> request.target().contains("/tree/") ? handler.reply(request) : commit();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x",
        "a/../../x",
        "/etc/passwd",
        "a//b",
        "./a",
        "a/.",
        "..",
        "C:/x",
        "a\\\\b",
        "..\\\\x",
        "a\\u0000b",
        "a\\nb"
      })
  void aTreeThatLeadsOutIsRefused(String path) throws IOException {
    try (FaultServer server =
            new FaultServer(
                tree(r -> FaultServer.answer(200, "[" + file("good") + "," + file(path) + "]")));
        HttpSession session = session();
        HubStore store = store(server, session)) {
      fails(
          () -> store.list("hf://org/model"),
          Reason.REFUSED,
          "whose path leads out of the repository");
    }
  }

  @Test
  void aFileThatIsListedTwiceIsRefused() throws IOException {
    try (FaultServer server =
            new FaultServer(
                tree(r -> FaultServer.answer(200, "[" + file("a") + "," + file("a") + "]")));
        HttpSession session = session();
        HubStore store = store(server, session)) {
      fails(() -> store.list("hf://org/model"), Reason.REFUSED, "lists a file twice");
    }
  }

  /** A link is followed to the very Hub and to no other server, which would get the token. */
  @ParameterizedTest
  @ValueSource(strings = {"other", "name", "https://example.org/x", "//example.org/x"})
  void aListDoesNotGoOnElsewhere(String where) throws IOException {
    FaultServer[] servers = new FaultServer[2];
    Handler leads =
        tree(request -> {
          String link =
              switch (where) {
                case "other" -> servers[1].at("/api/next").toString();
                case "name" -> servers[0].byName("/api/tree/x").toString();
                default -> where;
              };
          return FaultServer.answer(
              200, "[" + file("a") + "]", "Link: <" + link + ">; rel=\"next\"");
        });
    try (FaultServer other = new FaultServer(r -> FaultServer.answer(200, "[]"));
        FaultServer server = new FaultServer(leads);
        HttpSession session = session();
        HubStore store = store(server, session)) {
      servers[0] = server;
      servers[1] = other;
      fails(() -> store.list("hf://org/model"), Reason.REFUSED, "leads to another server");
      assertThat(other.requests()).isEmpty();
      assertThat(server.requests()).hasSize(2);
    }
  }

  /** The same by a redirect: it is followed, and the token stays behind. */
  @Test
  void aRedirectOfTheHubGetsNoToken() throws IOException {
    FaultServer[] servers = new FaultServer[1];
    try (FaultServer other = new FaultServer(r -> FaultServer.answer(200, "[" + file("a") + "]"));
        FaultServer server =
            new FaultServer(
                tree(r -> FaultServer.answer(307, "", "Location: " + servers[0].at("/t"))));
        HttpSession session = session();
        HubStore store = store(server, session)) {
      servers[0] = other;
      assertThat(store.list("hf://org/model")).extracting(Entry::path).containsExactly("a");
      assertThat(server.requests())
          .allMatch(request -> request.header("Authorization").equals("Bearer hf_secret"));
      assertThat(other.requests()).hasSize(1);
      assertThat(other.requests().getFirst().headers().toString()).doesNotContain("hf_secret");
    }
  }

  @Test
  void aListWithoutAnEndIsRefused() throws IOException {
    try (FaultServer server =
            new FaultServer(
                tree(r -> FaultServer.answer(200, "[]", "Link: </api/tree/x>; rel=\"next\"")));
        HttpSession session = session();
        HubStore store = store(server, session)) {
      fails(() -> store.list("hf://org/model"), Reason.REFUSED, "does not end");
    }
  }

  @Test
  void aPageOfFoldersAloneIsNoEnd() throws IOException {
    String folder = "[{\"type\": \"directory\", \"path\": \"a\", \"size\": 0, \"oid\": \"x\"}]";
    Handler pages =
        tree(request ->
            request.target().endsWith("/tree/2")
                ? FaultServer.answer(200, "[" + file("a/b") + "]")
                : FaultServer.answer(200, folder, "Link: </tree/2>; rel=\"next\""));
    try (FaultServer server = new FaultServer(pages);
        HttpSession session = session();
        HubStore store = store(server, session)) {
      assertThat(store.list("hf://org/model")).extracting(Entry::path).containsExactly("a/b");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>",
        "",
        "{}",
        "[1]",
        "[{}]",
        "[{\"type\": \"file\"}]",
        "[{\"type\": \"file\", \"path\": \"a\", \"size\": -1, \"oid\": \"x\"}]",
        "[{\"type\": \"file\", \"path\": \"a\", \"size\": 1e30, \"oid\": \"x\"}]",
        "[{\"type\": \"link\", \"path\": \"a\", \"size\": 1, \"oid\": \"x\"}]",
        "[] []",
        "[",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
      })
  void aTreeThatIsNoneIsRefused(String body) throws IOException {
    try (FaultServer server = new FaultServer(tree(r -> FaultServer.answer(200, body)));
        HttpSession session = session();
        HubStore store = store(server, session)) {
      fails(() -> store.list("hf://org/model"), Reason.UNREADABLE, "something else than the Hub");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{\"sha\": \"main\"}", "{\"sha\": \"../../x\"}", "{\"sha\": 1}", "x"})
  void aCommitThatIsNoneIsRefused(String body) throws IOException {
    try (FaultServer server = new FaultServer(r -> FaultServer.answer(200, body));
        HttpSession session = session();
        HubStore store = store(server, session)) {
      fails(() -> store.list("hf://org/model"), Reason.UNREADABLE, "something else than the Hub");
    }
  }

  private static Reply head(int status, String... headers) {
    return FaultServer.raw(status, new byte[0], headers);
  }

  @ParameterizedTest
  @CsvSource({
    "X-Repo-Commit: nonsense, of which commit",
    "X-Linked-Size: -3, how large",
    "X-Linked-Size: 99999999999999999999, how large",
    "X-Linked-ETag: , which version"
  })
  void aFileOfWhichTooLittleIsSaidIsRefused(String instead, String words) throws IOException {
    Map<String, String> headers = new HashMap<>();
    headers.put("X-Repo-Commit", COMMIT);
    headers.put("X-Linked-Size", "16");
    headers.put("X-Linked-ETag", "\"" + ETAG + "\"");
    headers.put("Location", "http://localhost:1/f?Signature=x");
    headers.put(instead.split(":", 2)[0], instead.split(":", 2)[1].strip());
    String[] lines =
        headers.entrySet().stream()
            .map(h -> h.getKey() + ": " + h.getValue())
            .toArray(String[]::new);
    try (FaultServer server = new FaultServer(r -> head(302, lines));
        HttpSession session = session();
        HubStore store = store(server, session)) {
      fails(() -> store.open("hf://org/model/f"), Reason.UNREADABLE, words);
    }
  }

  private static Reply resolved(String etag, Object location) {
    return head(
        302,
        "X-Repo-Commit: " + COMMIT,
        "X-Linked-Size: 16",
        "X-Linked-ETag: \"" + etag + "\"",
        "ETag: \"other\"",
        "Location: " + location);
  }

  private static String read(RangeSource source, int offset, int size) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(size);
    source.read(offset, target);
    return StandardCharsets.US_ASCII.decode(target.flip()).toString();
  }

  @Test
  void theStoreBehindTheHubNeverGetsTheToken() throws IOException {
    try (FaultServer store = new FaultServer(r -> FaultServer.range(r, FILE, "ETag: \"md5\""));
        FaultServer server =
            new FaultServer(r -> resolved(ETAG, store.at("/blob?Signature=secret")));
        HttpSession session = session();
        HubStore hub = store(server, session)) {
      RangeSource source = hub.open("hf://org/model/f");
      assertThat(source.version()).isEqualTo(ETAG);
      assertThat(read(source, 2, 3)).isEqualTo("234");
      assertThat(read(source, 4, 3)).isEqualTo("456");
      assertThat(server.requests()).hasSize(1);
      assertThat(server.requests().getFirst().header("Authorization")).contains("hf_secret");
      assertThat(store.requests()).hasSize(2);
      for (Request request : store.requests()) {
        assertThat(request.headers().toString()).doesNotContain("hf_secret", "authorization");
      }
    }
  }

  @Test
  void aFileThatIsReplacedBehindTheHubIsNotReadOn() throws IOException {
    AtomicReference<String> tag = new AtomicReference<>("ETag: \"one\"");
    try (FaultServer store = new FaultServer(r -> FaultServer.range(r, FILE, tag.get()));
        FaultServer server = new FaultServer(r -> resolved(ETAG, store.at("/blob")));
        HttpSession session = session();
        HubStore hub = store(server, session)) {
      RangeSource source = hub.open("hf://org/model/f");
      assertThat(read(source, 0, 3)).isEqualTo("012");
      tag.set("ETag: \"two\"");
      fails(() -> read(source, 3, 3), Reason.CHANGED, "replaced while it was read");
      tag.set("X-None: 1");
      fails(() -> read(source, 3, 3), Reason.UNREADABLE, "which version it sends");
    }
  }

  @Test
  void aFileOfAnotherSizeBehindTheHubIsNotRead() throws IOException {
    try (FaultServer store = new FaultServer(r -> FaultServer.range(r, new byte[17]));
        FaultServer server = new FaultServer(r -> resolved(ETAG, store.at("/blob")));
        HttpSession session = session();
        HubStore hub = store(server, session)) {
      RangeSource source = hub.open("hf://org/model/f");
      fails(() -> read(source, 0, 3), Reason.UNREADABLE, "another range");
    }
  }

  @Test
  void aFileThatTheHubHasReplacedIsNotReadOn() throws IOException {
    AtomicReference<String> etag = new AtomicReference<>(ETAG);
    try (FaultServer store = new FaultServer(r -> FaultServer.answer(403, "expired"));
        FaultServer server = new FaultServer(r -> resolved(etag.get(), store.at("/blob")));
        HttpSession session = session();
        HubStore hub = store(server, session)) {
      RangeSource source = hub.open("hf://org/model/f");
      etag.set("b".repeat(64));
      fails(() -> read(source, 0, 3), Reason.CHANGED, "something else of it than before");
    }
  }

  /** A model that has a new name, or a file that the Hub serves by another path of its own. */
  @Test
  void aRedirectWithinTheHubIsFollowedWithTheToken() throws IOException {
    Handler handler =
        request -> {
          if (request.target().startsWith("/org/model/")) {
            return head(307, "Location: /api/cache/f?x=1", "X-Repo-Commit: " + COMMIT);
          }
          return FaultServer.range(request, FILE, "ETag: W/\"" + COMMIT + "\"");
        };
    try (FaultServer server = new FaultServer(handler);
        HttpSession session = session();
        HubStore hub = store(server, session)) {
      RangeSource source = hub.open("hf://org/model/f");
      assertThat(source.version()).isEqualTo(COMMIT);
      assertThat(read(source, 2, 3)).isEqualTo("234");
      assertThat(server.requests()).hasSize(3);
      assertThat(server.requests())
          .allMatch(request -> request.header("Authorization").equals("Bearer hf_secret"));
    }
  }

  @Test
  void aHubThatLeadsInACircleIsLeft() throws IOException {
    try (FaultServer server = new FaultServer(r -> head(307, "Location: /x"));
        HttpSession session = session();
        HubStore hub = store(server, session)) {
      fails(() -> hub.open("hf://org/model/f"), Reason.REFUSED, "too often");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "401, '', NOT_ALLOWED, does not accept the token from HF_TOKEN for it (401)",
    "403, '', NOT_ALLOWED, does not accept the token from HF_TOKEN for it (403)",
    "403, X-Error-Message: Access to this resource is disabled., NOT_ALLOWED, has disabled access",
    "403, X-Error-Code: GatedRepo, GATED, gives access only to users",
    "401, X-Error-Code: RepoNotFound, MISSING, no such model",
    "404, X-Error-Code: RevisionNotFound, MISSING, no such revision",
    "404, X-Error-Code: EntryNotFound, MISSING, no such file",
    "404, '', MISSING, nothing of that name",
    "429, '', RATE_LIMITED, asks for fewer requests; try later",
    "503, '', UNREADABLE, answers with 503"
  })
  void eachRefusalIsASentence(int status, String header, Reason reason, String words)
      throws IOException {
    Reply reply = header.isEmpty() ? head(status) : head(status, header);
    try (FaultServer server = new FaultServer(r -> reply);
        HttpSession session = session();
        HubStore hub = store(server, session)) {
      fails(() -> hub.open("hf://org/model/f"), reason, words);
    }
  }

  @Test
  void withoutATokenOneIsProposed() throws IOException {
    try (FaultServer server = new FaultServer(r -> head(401));
        HttpSession session = session();
        HubStore hub = store(server, session, "HF_TOKEN=", "HF_TOKEN_PATH=/nowhere/token")) {
      fails(
          () -> hub.open("hf://org/model/f"),
          Reason.NOT_ALLOWED,
          "wants a token for it (HF_TOKEN)");
      assertThat(server.requests().getFirst().header("Authorization")).isEmpty();
    }
  }
}
