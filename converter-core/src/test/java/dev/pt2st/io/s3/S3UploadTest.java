package dev.pt2st.io.s3;

import static dev.pt2st.io.s3.S3Server.uri;
import static dev.pt2st.io.s3.S3StoreTest.fails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.IfExists;
import dev.pt2st.io.aws.XmlElement;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.io.source.Store;
import dev.pt2st.io.source.Upload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects appear whole or not at all on a server that checks signatures. */
class S3UploadTest {
  private static final int PART = S3Upload.PART;

  @TempDir static Path folder;

  private static S3Server server;

  private Store store;

  @BeforeAll
  static void start() throws Exception {
    server = new S3Server(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void open() throws Exception {
    store = server.store();
  }

  @AfterEach
  void nothingIsLeftBehind() throws Exception {
    store.close();
    S3Request uploads =
        S3Request.of("GET", new S3Address(S3Server.BUCKET, ""), S3Request.Purpose.LIST)
            .query("uploads");
    XmlElement list = server.client().xml(uploads, "ListMultipartUploadsResult", 1 << 20);
    assertThat(list.all("Upload")).isEmpty();
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  /** Writes in pieces of odd sizes, through one buffer. */
  private static void write(Upload upload, byte[] bytes, int from, int to) throws IOException {
    Random random = new Random(3);
    ByteBuffer piece = ByteBuffer.allocateDirect(3_000_000);
    for (int at = from; at < to; at += piece.limit()) {
      piece.clear().limit(Math.min(to - at, 1 + random.nextInt(piece.capacity())));
      piece.put(bytes, at, piece.remaining()).flip();
      upload.write(piece, at);
      assertThat(piece.hasRemaining()).isFalse();
    }
  }

  private void upload(String key, byte[] bytes, IfExists ifExists, Map<String, String> metadata)
      throws IOException {
    try (Upload upload = store.begin(uri(key), bytes.length, ifExists, metadata)) {
      write(upload, bytes, 0, bytes.length);
      upload.finish();
      fails(Reason.MISSING, () -> store.open(uri(key)));
      upload.commit();
    }
  }

  private byte[] read(String key) throws IOException {
    try (RangeSource source = store.open(uri(key))) {
      ByteBuffer target = ByteBuffer.allocate((int) source.size());
      source.read(0, target);
      return target.array();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "1, 1",
    "5000000, 1",
    "16777216, 1",
    "16777217, 2",
    "33554432, 2",
    "70000001, 5",
  })
  void anObjectIsWrittenInAsManyPartsAsItTakes(int size, int parts) throws Exception {
    byte[] bytes = random(size);
    String key = "parts/" + size;
    long before = server.traffic().requests();

    upload(key, bytes, IfExists.REFUSE, Map.of("pt2st-digest", "sha256:ab cd", "x", "y"));

    // Looked at in front and by the test (twice); before parts are joined, once more.
    assertThat(server.traffic().requests() - before).isEqualTo(parts == 1 ? 4 : parts + 6);
    assertThat(read(key)).isEqualTo(bytes);
    assertThat(store.metadata(uri(key)))
        .isEqualTo(Map.of("pt2st-digest", "sha256:ab cd", "x", "y"));
    try (RangeSource source = store.open(uri(key))) {
      assertThat(source.version())
          .matches(parts == 1 ? "\"\\w{32}\"" : "\"\\w{32}-" + parts + "\"");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {10, PART + 1})
  void whatIsThereIsNotReplacedUnlessThatIsWanted(int size) throws Exception {
    String key = "there/" + size;
    byte[] first = random(5);
    byte[] bytes = random(size);
    server.put(key, first);

    fails(Reason.EXISTS, () -> store.begin(uri(key), size, IfExists.REFUSE, Map.of()))
        .hasMessage(uri(key) + ": there is an object of this name already, and it is not replaced");
    assertThat(read(key)).isEqualTo(first);
    try (Upload upload = store.begin(uri(key), size, IfExists.REPLACE, Map.of())) {
      write(upload, bytes, 0, size);
      upload.finish();
      assertThat(read(key)).isEqualTo(first);
      upload.commit();
    }
    assertThat(read(key)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, PART + 1})
  void whatComesInBetweenIsNotReplaced(int size) throws Exception {
    String key = "between/" + size;
    byte[] other = random(6);
    try (Upload upload = store.begin(uri(key), size, IfExists.REFUSE, Map.of())) {
      write(upload, random(size), 0, size);
      upload.finish();
      server.put(key, other);
      fails(Reason.EXISTS, upload::commit);
    }
    assertThat(read(key)).isEqualTo(other);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 3 * PART})
  void withoutACommitNothingIsThere(int size) throws Exception {
    byte[] bytes = random(size);
    String key = "abandoned/" + size;
    for (int written : new int[] {0, size / 2, size}) {
      Upload upload = store.begin(uri(key), size, IfExists.REFUSE, Map.of());
      write(upload, bytes, 0, written);
      if (written == size) {
        upload.finish();
      }
      upload.close();
      upload.close();
      fails(Reason.MISSING, () -> store.open(uri(key)));
      assertThatThrownBy(upload::commit).isInstanceOf(IllegalStateException.class);
    }
  }

  /** As with Ctrl-C: the interrupt ends the work, and what was sent is still taken back. */
  @Test
  void anInterruptedUploadIsTakenBack() throws Exception {
    int size = 8 * PART;
    byte[] bytes = random(size);
    try (Upload upload = store.begin(uri("interrupted"), size, IfExists.REFUSE, Map.of())) {
      write(upload, bytes, 0, 2 * PART);
      Thread.currentThread().interrupt();
      assertThatThrownBy(
              () -> {
                write(upload, bytes, 2 * PART, size);
                upload.finish();
              })
          .isInstanceOf(ClosedByInterruptException.class);
    }
    assertThat(Thread.interrupted()).isTrue();
    fails(Reason.MISSING, () -> store.open(uri("interrupted")));
  }

  @Test
  void anotherThreadMayCloseIt() throws Exception {
    int size = 64 * PART;
    byte[] bytes = random(4 * PART);
    Upload upload = store.begin(uri("closed"), size, IfExists.REFUSE, Map.of());
    Thread closer =
        Thread.ofVirtual()
            .start(() -> {
              try {
                Thread.sleep(200);
                upload.close();
              } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    assertThatThrownBy(
            () -> {
              for (long at = 0; at < size; at += bytes.length) {
                upload.write(ByteBuffer.wrap(bytes), at);
              }
            })
        .isInstanceOfAny(IOException.class, IllegalStateException.class);
    closer.join();
    fails(Reason.MISSING, () -> store.open(uri("closed")));
  }

  @Test
  void piecesComeInOrderAndMakeUpTheWhole() throws Exception {
    try (Upload upload = store.begin(uri("order"), 10, IfExists.REFUSE, Map.of())) {
      upload.write(ByteBuffer.allocate(4), 0);
      assertThatThrownBy(() -> upload.write(ByteBuffer.allocate(4), 5))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> upload.write(ByteBuffer.allocate(7), 4))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(upload::finish).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(upload::commit).isInstanceOf(IllegalStateException.class);
      upload.write(ByteBuffer.allocate(6), 4);
      upload.finish();
      assertThatThrownBy(() -> upload.write(ByteBuffer.allocate(0), 10))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Upper, a",
    "'a b', a",
    "'', a",
    "a, ''",
    "a, ' a'",
    "a, 'a '",
    "a, \u00e9",
    "a, 'b\nc'",
    "pt2st-upload, a",
  })
  void metadataThatNoHeaderCanCarryAreRefused(String name, String value) {
    assertThatThrownBy(() -> store.begin(uri("meta"), 1, IfExists.REFUSE, Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void metadataAndObjectsHaveAMostSize() {
    Map<String, String> large = Map.of("a", "b".repeat(2 << 10));
    assertThatThrownBy(() -> store.begin(uri("meta"), 1, IfExists.REFUSE, large))
        .isInstanceOf(IllegalArgumentException.class);
    fails(
            Reason.REFUSED,
            () -> store.begin(uri("huge"), (10_000L << 30) + 1, IfExists.REFUSE, Map.of()))
        .hasMessage(uri("huge") + ": no object can be so large");
  }

  @Test
  void aBucketThatIsNotThereTakesNothing() {
    fails(
            Reason.MISSING,
            () -> store.begin("s3://no-bucket-here/a", PART + 1, IfExists.REFUSE, Map.of()))
        .hasMessage("s3://no-bucket-here/a: there is no such bucket");
    fails(
        Reason.REFUSED, () -> store.begin("s3://" + S3Server.BUCKET, 1, IfExists.REFUSE, Map.of()));
  }

  @Test
  void aWrongSecretWritesNothing() throws Exception {
    try (Store other = server.storeWithSecret("wrong")) {
      fails(
              Reason.NOT_ALLOWED,
              () -> other.begin(uri("secret"), PART + 1, IfExists.REFUSE, Map.of()))
          .hasMessageContaining("does not fit its access key");
      try (Upload upload = other.begin(uri("secret"), 1, IfExists.REFUSE, Map.of())) {
        upload.write(ByteBuffer.allocate(1), 0);
        upload.finish();
        fails(Reason.NOT_ALLOWED, upload::commit)
            .hasMessageContaining("does not fit its access key");
      }
    }
    fails(Reason.MISSING, () -> store.open(uri("secret")));
  }
}
