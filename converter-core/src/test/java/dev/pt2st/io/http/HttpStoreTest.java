package dev.pt2st.io.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.pt2st.IfExists;
import dev.pt2st.ResourceName;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.http.answer.AnswerCheck;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.io.source.Store.Entry;
import dev.pt2st.testing.FaultServer;
import dev.pt2st.testing.FaultServer.Handler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file on a web server is read by ranges of one version, or fetched once as a whole. */
class HttpStoreTest {
  private static final byte[] FILE = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final String ETAG = "ETag: \"v1\"";

  @TempDir private Path folder;
  private final List<String> whole = new ArrayList<>();

  private HttpStore store(HttpSession session) {
    return new HttpStore(
        session,
        ScratchFolder.beside(folder.resolve("out")),
        (name, size) -> whole.add(name + " " + size));
  }

  private static String read(RangeSource source, long offset, int size) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(size);
    source.read(offset, target);
    return StandardCharsets.US_ASCII.decode(target.flip()).toString();
  }

  private static void fails(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, Reason reason, String words) {
    assertThatThrownBy(call)
        .asInstanceOf(type(SourceException.class))
        .satisfies(e -> {
          assertThat(e.reason()).isEqualTo(reason);
          assertThat(e).hasMessageContaining(words);
          assertThat(e.getMessage()).doesNotContain("secret");
        });
  }

  @Test
  void aFileIsReadByRanges() throws IOException {
    try (FaultServer server = new FaultServer(request -> FaultServer.range(request, FILE, ETAG));
        HttpSession session = TestSessions.quick();
        HttpStore store = store(session)) {
      String uri = server.at("/models/a%20b.pt?Signature=secret").toString();
      try (RangeSource source = store.open(uri)) {
        assertThat(source.size()).isEqualTo(16);
        assertThat(source.version()).isEqualTo("\"v1\"");
        assertThat(source.name().text()).isEqualTo(server.at("/models/a%20b.pt").toString());
        assertThat(read(source, 3, 5)).isEqualTo("34567");
        assertThat(read(source, 15, 1)).isEqualTo("f");
        assertThat(read(source, 16, 0)).isEmpty();
        assertThatThrownBy(() -> read(source, 15, 2)).isInstanceOf(IndexOutOfBoundsException.class);
      }
      assertThat(server.requests()).hasSize(3);
      assertThat(server.requests().getFirst().header("Range")).isEqualTo("bytes=0-0");
      assertThat(server.requests().getFirst().target()).endsWith("?Signature=secret");
      assertThat(server.requests().getLast().header("If-Match")).isEqualTo("\"v1\"");
      assertThat(server.connections()).isOne();
      assertThat(whole).isEmpty();
    }
  }

  /** What a debugger, a log or a crash would print. */
  @Test
  void nothingShowsASignature() throws IOException {
    try (FaultServer server = new FaultServer(request -> FaultServer.range(request, FILE, ETAG));
        HttpSession session = TestSessions.quick();
        HttpStore store = store(session)) {
      String uri = server.at("/a?Signature=secret").toString();
      HttpCall call =
          HttpCall.of(
              "GET",
              ShownAddress.of(uri),
              NamedServer.of(server.at("/a?secret")),
              server.at("/a?secret"));
      RangedSource.Location location = new RangedSource.Location(call, AnswerCheck.NONE, true);
      assertThat(
              List.of(
                  call.toString(),
                  location.toString().replaceAll("check=[^,]*", ""),
                  session.send(call, 100).toString(),
                  store.open(uri).toString(),
                  NamedServer.of(server.at("/a?secret")).toString()))
          .noneMatch(text -> text.contains("secret"));
    }
  }

  @Test
  void oneFileIsListed() throws IOException {
    try (FaultServer server = new FaultServer(request -> FaultServer.range(request, FILE, ETAG));
        HttpSession session = TestSessions.quick();
        HttpStore store = store(session)) {
      String uri = server.at("/models/a.pt?Signature=secret").toString();
      assertThat(store.list(uri)).containsExactly(new Entry(uri, "a.pt", 16, "\"v1\""));
    }
  }

  @Test
  void anEmptyFileHasNothingToRead() throws IOException {
    try (FaultServer server =
            new FaultServer(request -> FaultServer.range(request, new byte[0], ETAG));
        HttpSession session = TestSessions.quick();
        HttpStore store = store(session);
        RangeSource source = store.open(server.at("/x").toString())) {
      assertThat(source.size()).isZero();
      assertThat(read(source, 0, 0)).isEmpty();
    }
  }

  /** The server itself may not compare; then the answer's own headers tell. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ETag: \"v1\"|ETag: \"v2\"",
        "ETag: W/\"v1\"|ETag: W/\"v2\"",
        "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT|Last-Modified: Tue, 02 Jan 2024 00:00:00 GMT"
      })
  void aFileThatIsReplacedIsNotReadOn(String versions) throws IOException {
    String[] both = versions.split("\\|", -1);
    AtomicReference<String> version = new AtomicReference<>(both[0]);
    try (FaultServer server =
            new FaultServer(request -> FaultServer.range(request, FILE, version.get()));
        HttpSession session = TestSessions.quick();
        HttpStore store = store(session);
        RangeSource source = store.open(server.at("/x").toString())) {
      assertThat(read(source, 0, 2)).isEqualTo("01");
      version.set(both[1]);
      fails(() -> read(source, 2, 2), Reason.CHANGED, "replaced while it was read");
    }
  }

  /** A weak tag is not a promise of the same bytes, and a server must not match by it. */
  @Test
  void aWeakTagIsNotSent() throws IOException {
    String modified = "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT";
    try (FaultServer server =
            new FaultServer(
                request -> FaultServer.range(request, FILE, "ETag: W/\"v1\"", modified));
        HttpSession session = TestSessions.quick();
        HttpStore store = store(session);
        RangeSource source = store.open(server.at("/x").toString())) {
      read(source, 0, 2);
      assertThat(server.requests().getLast().header("If-Match")).isEmpty();
      assertThat(server.requests().getLast().header("If-Unmodified-Since"))
          .isEqualTo("Mon, 01 Jan 2024 00:00:00 GMT");
    }
  }

  @Test
  void anAnswerThatDoesNotSayItsVersionIsNotUsed() throws IOException {
    AtomicInteger count = new AtomicInteger();
    Handler forgets =
        request ->
            count.getAndIncrement() == 0
                ? FaultServer.range(request, FILE, ETAG)
                : FaultServer.range(request, FILE);
    try (FaultServer server = new FaultServer(forgets);
        HttpSession session = TestSessions.quick();
        HttpStore store = store(session);
        RangeSource source = store.open(server.at("/x").toString())) {
      fails(() -> read(source, 0, 2), Reason.UNREADABLE, "which version it sends");
    }
  }

  /** What has no ranges, or no version, is fetched once, and said before. */
  static Stream<Handler> withoutRanges() {
    return Stream.of(
        request -> FaultServer.answer(200, FILE, ETAG),
        request -> FaultServer.answer(200, FILE),
        request -> FaultServer.range(request, FILE));
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.MethodSource("withoutRanges")
  void aFileWithoutRangesIsFetchedOnce(Handler handler) throws IOException {
    try (FaultServer server = new FaultServer(handler);
        HttpSession session = TestSessions.quick();
        HttpStore store = store(session);
        RangeSource source = store.open(server.at("/x?Signature=secret").toString())) {
      assertThat(whole).containsExactly(server.at("/x") + " 16");
      assertThat(read(source, 3, 5)).isEqualTo("34567");
      assertThat(read(source, 0, 16)).isEqualTo("0123456789abcdef");
      assertThat(server.requests()).hasSize(2);
      assertThat(server.requests().getLast().header("Range")).isEmpty();
      assertThat(list(folder)).isEmpty();
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void whatBreaksOffIsFetchedAnew() throws IOException {
    AtomicInteger count = new AtomicInteger();
    Handler breaks =
        request ->
            count.incrementAndGet() == 2
                ? FaultServer.last(FaultServer.raw(200, new byte[9], "Content-Length: 16"))
                : FaultServer.answer(200, FILE);
    try (FaultServer server = new FaultServer(breaks);
        HttpSession session = TestSessions.quick();
        HttpStore store = store(session);
        RangeSource source = store.open(server.at("/x").toString())) {
      assertThat(read(source, 0, 16)).isEqualTo("0123456789abcdef");
      assertThat(server.requests()).hasSize(3);
    }
  }

  @Test
  void aFileThatNobodyWantsIsNotFetched() throws IOException {
    try (FaultServer server = new FaultServer(request -> FaultServer.answer(200, FILE));
        HttpSession session = TestSessions.quick()) {
      HttpStore store =
          new HttpStore(
              session,
              ScratchFolder.beside(folder.resolve("out")),
              (name, size) -> {
                throw new SourceException(name, Reason.REFUSED, "not wanted");
              });
      fails(() -> store.open(server.at("/x").toString()), Reason.REFUSED, "not wanted");
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void aFileWithoutRoomIsNotFetched() throws IOException {
    try (FaultServer server =
            new FaultServer(request ->
                FaultServer.last(
                    FaultServer.raw(200, new byte[0], "Content-Length: 900000000000000000")));
        HttpSession session = TestSessions.quick();
        HttpStore store = store(session)) {
      assertThatThrownBy(() -> store.open(server.at("/x").toString()))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("make room");
      assertThat(whole).isEmpty();
    }
  }

  @Test
  void aFileOfUnknownSizeIsNotFetched() throws IOException {
    try (FaultServer server =
            new FaultServer(request -> FaultServer.last(FaultServer.raw(200, FILE)));
        HttpSession session = TestSessions.quick();
        HttpStore store = store(session)) {
      fails(() -> store.open(server.at("/x").toString()), Reason.REFUSED, "does not say how large");
    }
  }

  @Test
  void aWholeFileIsWithinTheBudget() throws IOException {
    try (FaultServer server = new FaultServer(request -> FaultServer.answer(200, FILE));
        HttpSession session = TestSessions.with(new Traffic(Long.MAX_VALUE, 15));
        HttpStore store = store(session)) {
      fails(() -> store.open(server.at("/x").toString()), Reason.OVER_BUDGET, "15 bytes");
    }
  }

  /** The address of the store behind expires; the one that the user gave does not. */
  @Test
  void anAddressThatExpiresIsAskedForAnew() throws IOException {
    AtomicInteger signature = new AtomicInteger();
    AtomicReference<String> valid = new AtomicReference<>("");
    FaultServer[] self = new FaultServer[1];
    Handler handler =
        request -> {
          if (request.target().equals("/file")) {
            valid.set("/signed?" + signature.incrementAndGet());
            return FaultServer.answer(302, "", "Location: " + self[0].byName(valid.get()));
          }
          return request.target().equals(valid.get())
              ? FaultServer.range(request, FILE, ETAG)
              : FaultServer.answer(403, "<Error>expired</Error>");
        };
    try (FaultServer server = new FaultServer(handler);
        HttpSession session = TestSessions.quick();
        HttpStore store = store(session)) {
      self[0] = server;
      RangeSource source = store.open(server.at("/file").toString());
      assertThat(read(source, 0, 2)).isEqualTo("01");
      assertThat(server.requests()).hasSize(3);
      valid.set("");
      assertThat(read(source, 2, 2)).isEqualTo("23");
      assertThat(server.requests()).hasSize(7);
      assertThat(read(source, 4, 2)).isEqualTo("45");
      assertThat(server.requests()).hasSize(8);
    }
  }

  @Test
  void anAddressThatStaysForbiddenIsSaid() throws IOException {
    FaultServer[] self = new FaultServer[1];
    AtomicInteger count = new AtomicInteger();
    Handler handler =
        request -> {
          if (request.target().equals("/file")) {
            return FaultServer.answer(302, "", "Location: " + self[0].byName("/s?secret"));
          }
          return request.header("Range").equals("bytes=0-0")
              ? FaultServer.range(request, FILE, ETAG)
              : FaultServer.answer(403, "no" + count.incrementAndGet());
        };
    try (FaultServer server = new FaultServer(handler);
        HttpSession session = TestSessions.quick();
        HttpStore store = store(session)) {
      self[0] = server;
      RangeSource source = store.open(server.at("/file").toString());
      fails(() -> read(source, 0, 2), Reason.NOT_ALLOWED, "does not allow it (403)");
      assertThat(count).hasValue(3);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://user:secret@example.org/x",
        "http://example.org/x?secret",
        "https:///x?secret",
        "https://exa mple.org/?secret",
        "ftp://example.org/x?secret"
      })
  void whatIsNotAskedIsSaid(String uri) throws IOException {
    try (HttpSession session = TestSessions.quick();
        HttpStore store = store(session)) {
      fails(() -> store.open(uri), Reason.REFUSED, "");
      assertThat(session.traffic().requests()).isZero();
    }
  }

  @Test
  void nothingIsWritten() throws IOException {
    try (HttpSession session = TestSessions.quick();
        HttpStore store = store(session)) {
      fails(
          () -> store.begin("https://example.org/x?secret", 1, IfExists.REFUSE, Map.of()),
          Reason.REFUSED,
          "nothing can be written");
      assertThat(store.metadata("https://example.org/x")).isEmpty();
    }
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.CsvSource({
    "https://a.org/x?secret, https://a.org/x",
    "https://a.org/x#secret, https://a.org/x",
    "https://secret:secret@a.org/x, https://a.org/x",
    "https://se/cret@a.org, https://se/cret@a.org",
    "https://a@secret@a.org/x, https://a.org/x",
    "s3://bucket/a b?versionId=secret, s3://bucket/a b",
    "https:secret@a.org/x, https:a.org/x"
  })
  void anAddressIsShownWithoutItsSecrets(String address, String shown) {
    assertThat(ShownAddress.of(address)).isEqualTo(new ResourceName(shown));
  }
}
