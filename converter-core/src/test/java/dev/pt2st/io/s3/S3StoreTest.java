package dev.pt2st.io.s3;

import static dev.pt2st.io.s3.S3Server.uri;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.io.source.Store;
import dev.pt2st.io.source.Store.Entry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects are opened, read and listed on a server that checks signatures. */
class S3StoreTest {
  @TempDir static Path folder;

  private static S3Server server;

  @BeforeAll
  static void start() throws Exception {
    server = new S3Server(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  static AbstractThrowableAssert<?, ?> fails(Reason reason, ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SourceException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void anObjectIsReadByRanges() throws Exception {
    byte[] bytes = random(100_000);
    server.put("read/a.bin", bytes);
    long before = server.traffic().requests();
    try (Store store = server.store();
        RangeSource source = store.open(uri("read/a.bin"))) {
      assertThat(source.name()).hasToString(uri("read/a.bin"));
      assertThat(source.size()).isEqualTo(100_000);
      assertThat(source.version()).matches("\"[0-9a-f]{32}\"");
      for (int[] range : new int[][] {{0, 1}, {0, 100_000}, {99_999, 1}, {5_000, 70_000}}) {
        ByteBuffer target = ByteBuffer.allocate(range[1] + 2).position(1).limit(range[1] + 1);
        source.read(range[0], target);
        assertThat(target.hasRemaining()).isFalse();
        assertThat(Arrays.copyOfRange(target.array(), 1, range[1] + 1))
            .isEqualTo(Arrays.copyOfRange(bytes, range[0], range[0] + range[1]));
      }
      source.read(100_000, ByteBuffer.allocate(0));
      assertThatThrownBy(() -> source.read(99_999, ByteBuffer.allocate(2)))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThat(server.traffic().requests() - before).isEqualTo(5);
  }

  @Test
  void anEmptyObjectIsOpened() throws Exception {
    server.put("read/empty", new byte[0]);
    try (Store store = server.store();
        RangeSource source = store.open(uri("read/empty"))) {
      assertThat(source.size()).isZero();
      source.read(0, ByteBuffer.allocate(0));
    }
  }

  @Test
  void anObjectThatIsReplacedIsReadNoFurther() throws Exception {
    server.put("read/replaced", random(1_000));
    try (Store store = server.store();
        RangeSource source = store.open(uri("read/replaced"))) {
      source.read(0, ByteBuffer.allocate(10));
      server.put("read/replaced", random(1_001));
      fails(Reason.CHANGED, () -> source.read(0, ByteBuffer.allocate(10)))
          .hasMessage(
              uri("read/replaced") + ": it has been replaced while it was read; start again");
    }
  }

  @Test
  void whatIsNotThereIsMissing() throws Exception {
    try (Store store = server.store()) {
      fails(Reason.MISSING, () -> store.open(uri("none")))
          .hasMessage(uri("none") + ": there is no such object in the bucket");
      fails(Reason.MISSING, () -> store.metadata(uri("none")))
          .hasMessage(uri("none") + ": there is no such object in the bucket");
      fails(Reason.MISSING, () -> store.open("s3://no-bucket-here/a"))
          .hasMessage("s3://no-bucket-here/a: there is no such bucket");
      fails(Reason.MISSING, () -> store.list("s3://no-bucket-here"))
          .hasMessage("s3://no-bucket-here/: there is no such bucket");
      fails(Reason.MISSING, () -> store.list(uri("none/")))
          .hasMessage(uri("none/") + ": there is no object below it");
    }
  }

  @Test
  void aWrongSecretIsRefused() throws Exception {
    server.put("read/secret", random(10));
    try (Store store = server.storeWithSecret("local/Secret+Kez")) {
      for (ThrowingCallable call :
          List.<ThrowingCallable>of(
              () -> store.open(uri("read/secret")),
              () -> store.list(uri("read")),
              () -> store.metadata(uri("read/secret")))) {
        fails(Reason.NOT_ALLOWED, call)
            .hasMessageContaining("the secret key of the environment does not fit its access key")
            .hasMessageNotContaining("Kez");
      }
    }
  }

  @Test
  void withoutCredentialsAPrivateBucketIsNotPublic() throws Exception {
    server.put("read/private", random(10));
    try (Store store = server.anonymous()) {
      fails(Reason.NOT_ALLOWED, () -> store.open(uri("read/private")))
          .hasMessage(
              uri("read/private")
                  + ": this is not public (AccessDenied), and it was requested without"
                  + " credentials");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "odd/a b+c&d=e?f#g",
        "odd/%20%2F%zz",
        "odd/\u00e9\u20ac\ud83d\ude00.pt",
        "odd/!*'();:@$,[]<>\"^`{|}~",
        "odd/ leading and trailing ",
        "odd/a\\b",
      })
  void aKeyIsTakenLetterByLetter(String key) throws Exception {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    server.put(key, bytes);
    try (Store store = server.store();
        RangeSource source = store.open(uri(key))) {
      ByteBuffer target = ByteBuffer.allocate(bytes.length);
      source.read(0, target);
      assertThat(target.array()).isEqualTo(bytes);
      assertThat(store.list(uri("odd")))
          .contains(
              new Entry(uri(key), key.substring("odd/".length()), bytes.length, source.version()));
    }
  }

  @Test
  void aListingHasAllPages() throws Exception {
    try (ExecutorService writers = Executors.newFixedThreadPool(8)) {
      List<Future<?>> written = new ArrayList<>();
      for (int i = 0; i < 2_500; i++) {
        String key = "many/" + i;
        byte[] bytes = new byte[i % 3];
        written.add(
            writers.submit(() -> {
              server.put(key, bytes);
              return null;
            }));
      }
      for (Future<?> each : written) {
        each.get();
      }
    }
    server.put("many2", new byte[1]);
    server.put("many!", new byte[1]);
    long before = server.traffic().requests();
    try (Store store = server.store()) {
      List<Entry> entries = store.list(uri("many"));

      assertThat(entries).hasSize(2_500).extracting(Entry::path).isSorted();
      assertThat(entries.getFirst())
          .isEqualTo(new Entry(uri("many/0"), "0", 0, "\"d41d8cd98f00b204e9800998ecf8427e\""));
      assertThat(server.traffic().requests() - before).isEqualTo(3);
      assertThat(store.list(uri("many/"))).isEqualTo(entries);
      assertThat(store.list(uri("")))
          .extracting(Entry::path)
          .contains("many/2499", "many2", "many!");
    }
  }

  @Test
  void aMarkOfAFolderIsNoObject() throws Exception {
    server.put("folder/", new byte[0]);
    server.put("folder/a/b", new byte[1]);
    try (Store store = server.store()) {
      assertThat(store.list(uri("folder"))).extracting(Entry::path).containsExactly("a/b");
    }
  }
}
