package dev.pt2st.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.pt2st.IfExists;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.io.source.Store.Entry;
import dev.pt2st.io.source.Upload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of Hadoop are as good as those of every other store. */
class HadoopStoreTest {
  @TempDir Path temporary;
  private final AtomicInteger passed = new AtomicInteger();
  private final HadoopStore store = new HadoopStore(new Configuration(), passed::incrementAndGet);

  private String uri(String name) {
    return "file://" + temporary + "/" + name;
  }

  private static void fails(ThrowingCallable call, Reason reason, String words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SourceException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(words);
  }

  private static String read(RangeSource source, long offset, int size) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(size);
    source.read(offset, bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    return new String(bytes.array(), StandardCharsets.UTF_8);
  }

  @Test
  void aRangeIsReadAndEachRequestWaitsAtTheGate() throws IOException {
    Path file = Files.writeString(temporary.resolve("a"), "0123456789");
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-02T03:04:05.678Z")));
    try (RangeSource source = store.open(uri("a"))) {
      assertThat(source.name().text()).isEqualTo(uri("a"));
      assertThat(source.size()).isEqualTo(10);
      assertThat(source.version()).isEqualTo("changed 2026-01-02T03:04:05.678Z");
      assertThat(read(source, 3, 4)).isEqualTo("3456");
      assertThat(read(source, 0, 10)).isEqualTo("0123456789");
      assertThatThrownBy(() -> read(source, 9, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThat(passed).hasValue(5); // a look when it is opened, and two reads with a look behind
  }

  @Test
  void aFileThatIsReplacedGivesNoBytes() throws IOException {
    Path file = Files.writeString(temporary.resolve("a"), "0123456789");
    try (RangeSource source = store.open(uri("a"))) {
      read(source, 0, 1);
      Files.writeString(file, "9876543210");
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().plus(Duration.ofSeconds(5))));
      fails(() -> read(source, 0, 1), Reason.CHANGED, "replaced while it was read");
      Files.delete(file);
      fails(() -> read(source, 0, 1), Reason.MISSING, "no such file");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a//b", "a/../b", "./a", "a/./b"})
  void aNameThatHadoopTakesForAnotherIsRefused(String name) {
    fails(() -> store.open("file:///" + name), Reason.REFUSED, "another file");
  }

  @Test
  void whatIsNoFileIsSaid() throws IOException {
    fails(() -> store.open(uri("none")), Reason.MISSING, uri("none") + ": there is no such file");
    fails(() -> store.open(uri("")), Reason.REFUSED, "this is not a file");
    fails(() -> store.open("gopher://host/a"), Reason.REFUSED, "no file system of Hadoop has it");
    fails(() -> store.list(uri("none")), Reason.MISSING, "no such file");
  }

  @Test
  void allFilesBelowAreListed() throws IOException {
    Files.createDirectories(temporary.resolve("top/deep"));
    Files.writeString(temporary.resolve("top/deep/b c"), "12");
    Files.writeString(temporary.resolve("top/a"), "1");
    Files.writeString(temporary.resolve("topless"), "1");

    for (String folder : new String[] {uri("top"), uri("top/")}) {
      assertThat(store.list(folder))
          .extracting(Entry::uri, Entry::path, Entry::size)
          .containsExactly(
              tuple(uri("top/a"), "a", 1L), tuple(uri("top/deep/b c"), "deep/b c", 2L));
    }
    assertThat(store.list(uri("top/a"))).extracting(Entry::path).containsExactly("a");
  }

  private Upload begin(String name, IfExists ifExists, String text) throws IOException {
    Upload upload = store.begin(uri(name), text.length(), ifExists, Map.of());
    upload.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
    upload.finish();
    return upload;
  }

  @Test
  void aFileAppearsWholeOrNotAtAll() throws IOException {
    try (Upload upload = begin("out/a", IfExists.REFUSE, "one")) {
      assertThat(temporary.resolve("out/a")).doesNotExist();
      upload.commit();
    }
    assertThat(temporary.resolve("out/a")).hasContent("one");
    begin("out/b", IfExists.REFUSE, "two").close();
    assertThat(temporary.resolve("out")).isDirectoryNotContaining("glob:**/{b,.pt2st*,*.crc}");

    fails(() -> begin("out/a", IfExists.REFUSE, "two"), Reason.EXISTS, "is not replaced");
    try (Upload late = begin("out/c", IfExists.REFUSE, "two")) {
      Files.writeString(temporary.resolve("out/c"), "first");
      fails(late::commit, Reason.EXISTS, "is not replaced");
    }
    assertThat(temporary.resolve("out/c")).hasContent("first");
    try (Upload upload = begin("out/a", IfExists.REPLACE, "two")) {
      upload.commit();
    }
    assertThat(temporary.resolve("out/a")).hasContent("two");
    assertThat(temporary.resolve("out")).isDirectoryNotContaining("glob:**/.*");
  }

  @Test
  void anInterruptIsNoFailureOfAFile() throws IOException {
    Files.writeString(temporary.resolve("a"), "0123456789");
    HadoopStore waiting =
        new HadoopStore(
            new Configuration(),
            () -> {
              throw new InterruptedException();
            });
    assertThatThrownBy(() -> waiting.open(uri("a"))).isInstanceOf(ClosedByInterruptException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aLimitGivesEachRequestItsTime() {
    RateLimitPlugin.Bucket bucket = new RateLimitPlugin.Bucket(4);
    long quarter = Duration.ofMillis(250).toNanos();
    long now = Long.MAX_VALUE - 1; // the clock of a JVM may be anywhere, and may go round
    assertThat(bucket.next(now)).isZero();
    assertThat(bucket.next(now)).isEqualTo(quarter);
    assertThat(bucket.next(now + quarter)).isEqualTo(quarter);
    // What nobody has used is not made up for.
    assertThat(bucket.next(now + 40 * quarter)).isZero();
    assertThat(bucket.next(now + 40 * quarter)).isEqualTo(quarter);
    assertThatThrownBy(() -> new RateLimitPlugin.Bucket(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RateLimitPlugin.Bucket(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
