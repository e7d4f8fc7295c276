package dev.pt2st.io.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.pt2st.IfExists;
import dev.pt2st.io.FileSource;
import dev.pt2st.io.http.HttpSession;
import dev.pt2st.io.http.HttpSettings;
import dev.pt2st.io.http.RangedSource;
import dev.pt2st.io.http.Traffic;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.io.source.Store.Entry;
import dev.pt2st.testing.CPython;
import dev.pt2st.testing.HubServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models are read off a Hub of local folders, over two origins as on the real one. */
class HubStoreTest {
  private static final byte[] LARGE = random(40_000, 1);
  private static final byte[] SMALL =
      "{\"a\": 1}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
  private static Path interpreter = Path.of("");
  private static @Nullable HubServer shared;

  @TempDir private static Path repositories;
  @TempDir private Path cache;

  private static byte[] random(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @BeforeAll
  static void makeRepositories() throws IOException {
    Optional<Path> python = CPython.interpreter();
    Assumptions.assumeTrue(
        python.isPresent(), "skipped: no python3 on the path, and none that PT2ST_PYTHON names");
    interpreter = python.orElseThrow();
    put("acme/gpt/model.bin", LARGE);
    put("acme/gpt/config.json", SMALL);
    put("acme/gpt/sub/a b%41+ü.pt", random(20_000, 2));
    put("acme/gated/m.pt", random(20_000, 3));
    put("acme/secret/m.pt", random(20_000, 4));
    for (int i = 0; i < 1000; i++) {
      put("acme/many/f" + i, new byte[] {1});
    }
  }

  @AfterAll
  static void stop() {
    if (shared != null) {
      shared.close();
    }
  }

  private static void put(String path, byte[] bytes) throws IOException {
    Path file = repositories.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  /** A session and a store for one test; with options, a server for it too. */
  private final class Hub implements AutoCloseable {
    private final HubServer server;
    private final HttpSession session;
    private final HubStore store;
    private final int before;

    Hub(Map<String, String> variables, String... options) throws IOException {
      this.server = options.length == 0 ? server() : start(options);
      this.before = server.log().size();
      Map<String, String> environment = new HashMap<>(variables);
      environment.put("HF_ENDPOINT", this.server.endpoint() + "/");
      environment.put("HF_HUB_CACHE", cache.toString());
      this.session = new HttpSession(HttpSettings.STANDARD, Traffic.unlimited(), Map.of());
      this.store = new HubStore(session, HubSettings.of(environment, Path.of("/nowhere")));
    }

    private static HubServer server() throws IOException {
      if (shared == null) {
        shared = start();
      }
      return shared;
    }

    private static HubServer start(String... options) throws IOException {
      Map<String, String> environment = new HashMap<>();
      environment.put("MOCK_GATED", "acme/gated");
      environment.put("MOCK_PRIVATE", "acme/secret");
      for (String option : options) {
        String[] words = option.split("=", 2);
        environment.put(words[0], words[1]);
      }
      return HubServer.start(interpreter, repositories, environment);
    }

    List<String> log() {
      List<String> log = server.log().subList(before, server.log().size());
      assertThat(log).noneMatch(line -> line.contains("TOKEN"));
      return log;
    }

    @Override
    public void close() {
      session.close();
      if (server != shared) {
        server.close();
      }
    }
  }

  private static final Map<String, String> TOKEN = Map.of("HF_TOKEN", "hf_mock");

  private static byte[] read(RangeSource source, int offset, int size) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(size);
    source.read(offset, target);
    return target.array();
  }

  private static byte[] part(byte[] bytes, int offset, int size) {
    return java.util.Arrays.copyOfRange(bytes, offset, offset + size);
  }

  private static void fails(ThrowingCallable call, Reason reason, String words) {
    assertThatThrownBy(call)
        .asInstanceOf(type(SourceException.class))
        .satisfies(e -> {
          assertThat(e.reason()).isEqualTo(reason);
          assertThat(e).hasMessageContaining(words);
          assertThat(e.getMessage()).doesNotContain("hf_mock", "hf_wrong", "Signature");
        });
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aLargeFileIsReadFromTheStoreBehindTheHub() throws IOException {
    try (Hub hub = new Hub(TOKEN)) {
      RangeSource source = hub.store.open("hf://acme/gpt/model.bin");
      assertThat(source.size()).isEqualTo(40_000);
      assertThat(source.version()).isEqualTo(sha256(LARGE));
      assertThat(source.name().text()).matches("hf://acme/gpt@[0-9a-f]{40}/model.bin");
      assertThat(read(source, 100, 50)).isEqualTo(part(LARGE, 100, 50));
      assertThat(read(source, 39_990, 10)).isEqualTo(part(LARGE, 39_990, 10));

      assertThat(hub.log())
          .hasSize(3)
          .satisfiesExactly(
              line -> assertThat(line).startsWith("HUB HEAD").contains("auth=yes -> 302"),
              line -> assertThat(line).startsWith("CDN GET").contains("auth=no -> 206 50"),
              line -> assertThat(line).startsWith("CDN GET").contains("auth=no -> 206 10"));
      assertThat(hub.session.traffic().requests()).isEqualTo(3);
      assertThat(hub.session.traffic().downloaded()).isEqualTo(60);
    }
  }

  @Test
  void aSmallFileIsReadFromTheHubItself() throws IOException {
    try (Hub hub = new Hub(TOKEN)) {
      RangeSource source = hub.store.open("hf://models/acme/gpt@main/config.json");
      assertThat(read(source, 0, SMALL.length)).isEqualTo(SMALL);
      assertThat(source.version()).hasSize(40);
      assertThat(hub.log())
          .hasSize(2)
          .allMatch(line -> line.startsWith("HUB") && line.contains("auth=yes"));
    }
  }

  @Test
  void allFilesOfACommitAreListed() throws IOException {
    try (Hub hub = new Hub(Map.of(), "MOCK_PAGE=2")) {
      List<Entry> entries = hub.store.list("hf://acme/gpt");
      assertThat(entries)
          .extracting(Entry::path)
          .containsExactly("config.json", "model.bin", "sub/a b%41+ü.pt");
      assertThat(entries).extracting(Entry::size).containsExactly(8L, 40_000L, 20_000L);
      assertThat(entries.get(1).version()).isEqualTo(sha256(LARGE));
      assertThat(hub.session.traffic().requests()).isEqualTo(3);

      RangeSource odd = hub.store.open(entries.get(2).uri());
      assertThat(read(odd, 0, 20_000)).isEqualTo(random(20_000, 2));
      assertThat(odd.name().text()).isEqualTo(entries.get(2).uri());
    }
  }

  @Test
  void aFolderOrAFileIsListedByItself() throws IOException {
    try (Hub hub = new Hub(Map.of())) {
      assertThat(hub.store.list("hf://acme/gpt/sub/"))
          .extracting(Entry::path)
          .containsExactly("a b%41+ü.pt");
      assertThat(hub.store.list("hf://acme/gpt/model.bin"))
          .extracting(Entry::path)
          .containsExactly("model.bin");
      fails(() -> hub.store.list("hf://acme/gpt/mod"), Reason.MISSING, "no such file or folder");
      // The revision and the tree, once each.
      assertThat(hub.session.traffic().requests()).isEqualTo(2);
    }
  }

  @Test
  void aTreeOfAThousandFilesIsOnePage() throws IOException {
    try (Hub hub = new Hub(Map.of())) {
      List<Entry> entries = hub.store.list("hf://acme/many");
      assertThat(entries).hasSize(1000);
      assertThat(hub.session.traffic().requests()).isEqualTo(2);
      for (Entry entry : entries.subList(0, 10)) {
        read(hub.store.open(entry.uri()), 0, 1);
      }
      assertThat(hub.session.traffic().requests()).isEqualTo(22);
    }
  }

  /** What the revision was when it was first asked for, it stays. */
  @Test
  void aRevisionIsOneCommitForAll() throws IOException {
    try (Hub hub = new Hub(Map.of())) {
      String commit = hub.store.list("hf://acme/many").getFirst().uri();
      put("acme/many/f0", new byte[] {2, 2});
      try {
        fails(
            () -> hub.store.open("hf://acme/many/f0"),
            Reason.MISSING,
            "the model has no such revision");
        assertThat(hub.store.list("hf://acme/many").getFirst().uri()).isEqualTo(commit);
      } finally {
        put("acme/many/f0", new byte[] {1});
      }
    }
  }

  @Test
  void anAddressThatHasExpiredIsAskedForAnew() throws Exception {
    try (Hub hub = new Hub(TOKEN, "MOCK_EXPIRE=3")) {
      RangeSource source = hub.store.open("hf://acme/gpt/model.bin");
      Thread.sleep(3100);
      assertThat(read(source, 0, 9)).isEqualTo(part(LARGE, 0, 9));
      assertThat(hub.log())
          .extracting(line -> line.substring(0, 8) + line.replaceAll(".*->", ""))
          .containsExactly("HUB HEAD 302 0", "CDN GET  403 22", "HUB HEAD 302 0", "CDN GET  206 9");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "hf://acme/gated/m.pt, '', GATED, set HF_TOKEN",
    "hf://acme/gated/m.pt, hf_wrong, GATED, the account of the token from HF_TOKEN",
    "hf://acme/secret/m.pt, '', MISSING, no token is set",
    "hf://acme/secret/m.pt, hf_wrong, MISSING, the token from HF_TOKEN does not open it",
    "hf://acme/nope/m.pt, hf_mock, MISSING, there is no such model on the Hub",
    "hf://acme/gpt@nope/model.bin, '', MISSING, no such revision",
    "hf://acme/gpt/nope.bin, '', MISSING, no such file",
    "hf://acme/gpt, '', REFUSED, names a model on the Hub and no file"
  })
  void whatIsNotToBeHadIsSaid(String uri, String token, Reason reason, String words)
      throws IOException {
    try (Hub hub = new Hub(Map.of("HF_TOKEN", token))) {
      fails(() -> hub.store.open(uri), reason, words);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "hf://acme/secret, MISSING, no token is set",
    "hf://acme/nope, MISSING, there is no such model",
    "hf://acme/gpt@nope, MISSING, no such revision"
  })
  void whatCannotBeListedIsSaid(String uri, Reason reason, String words) throws IOException {
    try (Hub hub = new Hub(Map.of())) {
      fails(() -> hub.store.list(uri), reason, words);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme/gated", "acme/secret"})
  void aTokenOpensWhatIsNotPublic(String model) throws IOException {
    try (Hub hub = new Hub(TOKEN)) {
      assertThat(read(hub.store.open("hf://" + model + "/m.pt"), 0, 4)).hasSize(4);
      assertThat(hub.log()).hasSize(2);
    }
  }

  @Test
  void aBusyHubIsWaitedFor() throws IOException {
    try (Hub hub = new Hub(Map.of(), "MOCK_429=2")) {
      hub.store.open("hf://acme/gpt/config.json");
      hub.store.open("hf://acme/gpt/model.bin");
      assertThat(hub.log()).hasSize(3);
      assertThat(hub.log().get(1)).contains("429");
    }
  }

  private Path blob(String name) throws IOException {
    Path blobs = Files.createDirectories(cache.resolve("models--acme--gpt/blobs"));
    return blobs.resolve(name);
  }

  @Test
  void whatTheCacheHasIsReadFromThere() throws IOException {
    Path blob = Files.write(blob(sha256(LARGE)), LARGE);
    try (Hub hub = new Hub(Map.of());
        RangeSource source = hub.store.open("hf://acme/gpt/model.bin")) {
      assertThat(source)
          .asInstanceOf(type(FileSource.class))
          .extracting(FileSource::path)
          .isEqualTo(Optional.of(blob));
      assertThat(read(source, 100, 50)).isEqualTo(part(LARGE, 100, 50));
      assertThat(source.name().text()).matches("hf://acme/gpt@[0-9a-f]{40}/model.bin");
      assertThat(hub.log()).hasSize(1);
      assertThat(hub.session.traffic().downloaded()).isZero();
    }
  }

  @Test
  void whatIsListedAndCachedIsNotAskedFor() throws IOException {
    Files.write(blob(sha256(LARGE)), LARGE);
    try (Hub hub = new Hub(Map.of())) {
      List<Entry> entries = hub.store.list("hf://acme/gpt");
      try (RangeSource source = hub.store.open(entries.get(1).uri())) {
        assertThat(source).isInstanceOf(FileSource.class);
      }
      assertThat(hub.session.traffic().requests()).isEqualTo(2);
    }
  }

  /** A blob of the right name that cannot be the content: another size, a folder, a link. */
  @ParameterizedTest
  @ValueSource(strings = {"short", "folder", "link", "other"})
  void whatTheCacheHasWronglyIsNotRead(String kind) throws IOException {
    Path blob = blob(kind.equals("other") ? sha256(SMALL) : sha256(LARGE));
    switch (kind) {
      case "short" -> Files.write(blob, part(LARGE, 0, 39_999));
      case "folder" -> Files.createDirectory(blob);
      case "link" -> Files.createSymbolicLink(blob, Files.write(cache.resolve("x"), LARGE));
      default -> Files.write(blob, LARGE);
    }
    try (Hub hub = new Hub(Map.of())) {
      assertThat(hub.store.open("hf://acme/gpt/model.bin")).isInstanceOf(RangedSource.class);
    }
  }

  @Test
  void theCacheIsNeverWritten() throws IOException {
    try (Hub hub = new Hub(Map.of())) {
      hub.store.list("hf://acme/gpt");
      read(hub.store.open("hf://acme/gpt/model.bin"), 0, 10);
    }
    try (var files = Files.walk(cache)) {
      assertThat(files).containsExactly(cache);
    }
  }

  @Test
  void offlineOnlyTheCacheIsRead() throws IOException {
    String commit = "0123456789abcdef0123456789abcdef01234567";
    Path blob = Files.write(blob(sha256(LARGE)), LARGE);
    Path model = cache.resolve("models--acme--gpt");
    Path snapshot = Files.createDirectories(model.resolve("snapshots").resolve(commit));
    Files.createDirectories(snapshot.resolve("sub"));
    Files.createSymbolicLink(snapshot.resolve("model.bin"), Path.of("../../blobs", sha256(LARGE)));
    Files.createSymbolicLink(
        snapshot.resolve("sub/m.bin"), Path.of("../../../blobs", sha256(LARGE)));
    // Links that lead elsewhere are no files of the model.
    Path outside = Files.write(cache.resolve(sha256(SMALL)), SMALL);
    Files.createSymbolicLink(snapshot.resolve("absolute"), outside.toAbsolutePath());
    Files.createSymbolicLink(snapshot.resolve("out"), Path.of("../../../", sha256(SMALL)));
    Files.writeString(
        Files.createDirectories(model.resolve("refs")).resolve("main"), commit + "\n");
    try (Hub hub = new Hub(Map.of("HF_HUB_OFFLINE", "yes"))) {
      List<Entry> entries = hub.store.list("hf://acme/gpt");
      assertThat(entries).extracting(Entry::path).containsExactly("model.bin", "sub/m.bin");
      List<RangeSource> opened = new ArrayList<>();
      opened.add(hub.store.open("hf://acme/gpt/model.bin"));
      opened.add(hub.store.open(entries.getLast().uri()));
      for (RangeSource source : opened) {
        assertThat(((FileSource) source).path()).contains(blob);
        assertThat(source.name().text()).startsWith("hf://acme/gpt@" + commit);
        source.close();
      }
      fails(() -> hub.store.open("hf://acme/gpt/absolute"), Reason.MISSING, "HF_HUB_OFFLINE");
      fails(() -> hub.store.open("hf://acme/gpt@v2/model.bin"), Reason.MISSING, "HF_HUB_OFFLINE");
      fails(() -> hub.store.list("hf://acme/other"), Reason.MISSING, "HF_HUB_OFFLINE");
      assertThat(hub.session.traffic().requests()).isZero();
      assertThat(hub.log()).isEmpty();
    }
  }

  @Test
  void nothingIsWritten() throws IOException {
    try (Hub hub = new Hub(Map.of())) {
      fails(
          () -> hub.store.begin("hf://acme/gpt/x", 1, IfExists.REFUSE, Map.of()),
          Reason.REFUSED,
          "nothing is written to the Hub");
      assertThat(hub.session.traffic().requests()).isZero();
    }
  }
}
