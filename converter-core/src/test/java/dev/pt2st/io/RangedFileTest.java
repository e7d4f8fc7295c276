package dev.pt2st.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import dev.pt2st.io.source.FetchListener;
import dev.pt2st.io.source.FetchOptions;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceFault;
import dev.pt2st.testing.Faults;
import dev.pt2st.testing.TestSource;
import dev.pt2st.testing.TestSource.Request;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nobody gets a byte of a source that has not been fetched. */
@Timeout(60)
class RangedFileTest {
  private static final int MIB = 1 << 20;
  private static final ResourceName NAME = new ResourceName("s3://bucket/key");
  private static final Place PLACE = Place.of(NAME);

  /** No byte of them is zero, as the holes of a file are. */
  private static final byte[] BYTES = bytes(8 * MIB);

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(1).nextBytes(bytes);
    for (int i = 0; i < size; i++) {
      bytes[i] = bytes[i] == 0 ? 1 : bytes[i];
    }
    return bytes;
  }

  private static TestSource source(TestSource.Fault fault) {
    return new TestSource(NAME, BYTES, fault);
  }

  private static TestSource source() {
    return source((number, target) -> true);
  }

  private static MappedFile open(TestSource source, FetchOptions options) throws IOException {
    return MappedFile.open(Input.of(source, options), ScratchFolder.TEMPORARY);
  }

  private static byte[] range(long offset, int size) {
    return Arrays.copyOfRange(BYTES, (int) offset, (int) offset + size);
  }

  @Test
  void everyWayOfReadingGivesTheBytesOfTheSource() throws Exception {
    try (MappedFile file = open(source(), TestSource.BYTE_BY_BYTE)) {
      assertThat(file.bytes(MIB, 1000).toArray(JAVA_BYTE)).isEqualTo(range(MIB, 1000));
      assertThat(file.start(2 * MIB, 1000)).isEqualTo(range(2 * MIB, 1000));
      assertThat(file.i8(77)).isEqualTo(BYTES[77]);
      ByteBuffer little = ByteBuffer.wrap(BYTES).order(java.nio.ByteOrder.LITTLE_ENDIAN);
      assertThat(file.i16(177)).isEqualTo(little.getShort(177));
      assertThat(file.i32(277)).isEqualTo(little.getInt(277));
      assertThat(file.i64(377)).isEqualTo(little.getLong(377));
      ByteBuffer target = ByteBuffer.allocate(500);
      file.read(target, 3 * MIB);
      assertThat(target.array()).isEqualTo(range(3 * MIB, 500));
      MappedFile part = file.part(new ResourceName("part"), 4 * MIB, 1000);
      assertThat(part.i8(999)).isEqualTo(BYTES[4 * MIB + 999]);
      assertThat(part.stream().readAllBytes()).isEqualTo(range(4 * MIB, 1000));
      SegmentInputStream stream = file.part(new ResourceName("b"), 7 * MIB, 9).stream();
      assertThat((byte) stream.read()).isEqualTo(BYTES[7 * MIB]);
      ByteBuffer read = ByteBuffer.allocate(9);
      assertThat(file.part(new ResourceName("c"), 7 * MIB + 50, 9).channel().read(read))
          .isEqualTo(9);
      assertThat(read.array()).isEqualTo(range(7 * MIB + 50, 9));
      ByteCursor cursor = file.cursor(PLACE, 5 * MIB, MIB);
      assertThat(cursor.start(3)).isEqualTo(range(5 * MIB, 3));
      assertThat(cursor.u8()).isEqualTo(BYTES[5 * MIB] & 0xff);
      assertThat(cursor.slice(7).toArray(JAVA_BYTE)).isEqualTo(range(5 * MIB + 1, 7));
      assertThat(cursor.array(4000)).isEqualTo(range(5 * MIB + 8, 4000));
      byte[] ahead = new byte[10];
      cursor.copyAhead(90_000, ahead, 10);
      assertThat(ahead).isEqualTo(range(5 * MIB + 8 + 4000 + 90_000, 10));
      cursor.skip(1000);
      assertThat(cursor.array(5)).isEqualTo(range(5 * MIB + 8 + 5000, 5));
    }
  }

  @Test
  void nothingIsFetchedThatIsNotAskedFor() throws Exception {
    TestSource source = source();
    try (MappedFile file = open(source, TestSource.BYTE_BY_BYTE)) {
      ByteCursor cursor = file.cursor(PLACE);
      cursor.skip(5 * MIB);
      assertThat(source.requests()).isEmpty();
      assertThat(file.i32(10)).isNotZero();
      assertThat(file.i32(10)).isNotZero();
      assertThat(file.i32(12)).isNotZero();
      assertThat(source.requests()).containsExactly(new Request(10, 4), new Request(14, 2));
    }
  }

  @Test
  void theBeginningAndTheEndComeAtOnce() throws Exception {
    TestSource source = source();
    try (MappedFile file = open(source, FetchOptions.STANDARD)) {
      assertThat(source.requests()).hasSize(2);
      assertThat(file.start(0, 1 << 16)).isEqualTo(range(0, 1 << 16));
      int tail = (1 << 16) + 22;
      assertThat(file.start(BYTES.length - tail, tail)).isEqualTo(range(BYTES.length - tail, tail));
      assertThat(source.requests()).hasSize(2);
      assertThat(source.bytesRead()).isLessThan(150_000);
    }
  }

  @Test
  void aSmallSourceIsOneRequest() throws Exception {
    TestSource source = new TestSource(NAME, range(0, 200_000), (number, target) -> true);
    try (MappedFile file = open(source, FetchOptions.STANDARD)) {
      assertThat(file.start(0, 200_000)).isEqualTo(range(0, 200_000));
      assertThat(source.requests()).containsExactly(new Request(0, 200_000));
    }
    TestSource empty = new TestSource(NAME, new byte[0], (number, target) -> true);
    try (MappedFile file = open(empty, FetchOptions.STANDARD)) {
      assertThat(file.size()).isZero();
      assertThat(file.start(0, 10)).isEmpty();
      assertThat(empty.requests()).isEmpty();
    }
  }

  @Test
  void whatWillBeReadIsFetchedOnceAndTogether() throws Exception {
    TestSource source = source();
    FetchOptions options = new FetchOptions(512, 512, 1000, MIB, 4, FetchListener.NONE);
    try (MappedFile file = open(source, options)) {
      int before = source.requests().size();
      List<MappedFile.Part> parts =
          List.of(
              new MappedFile.Part(2 * MIB, 100),
              new MappedFile.Part(MIB + 1024, 512), // one with the next
              new MappedFile.Part(MIB, 100),
              new MappedFile.Part(3 * MIB, 2 * MIB), // two pieces
              new MappedFile.Part(-5, 10), // and what is not there
              new MappedFile.Part(BYTES.length, 10),
              new MappedFile.Part(BYTES.length - 1, Long.MAX_VALUE));
      file.willRead(parts);
      assertThat(source.requests().subList(before, source.requests().size()))
          .containsExactlyInAnyOrder(
              new Request(MIB, 1536),
              new Request(2 * MIB, 512),
              new Request(3 * MIB, MIB),
              new Request(4 * MIB, MIB));
      file.willRead(parts);
      assertThat(file.bytes(3 * MIB, 2 * MIB).toArray(JAVA_BYTE))
          .isEqualTo(range(3 * MIB, 2 * MIB));
      assertThat(source.requests()).hasSize(before + 4);
    }
  }

  @Test
  void thereAreNoMoreRequestsAtATimeThanConnections() throws Exception {
    AtomicInteger running = new AtomicInteger();
    List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
    TestSource source =
        source((number, target) -> {
          seen.add(running.incrementAndGet());
          sleep();
          running.decrementAndGet();
          return true;
        });
    FetchOptions options = new FetchOptions(512, 512, 0, MIB / 8, 3, FetchListener.NONE);
    try (MappedFile file = open(source, options)) {
      assertThat(file.bytes(0, BYTES.length).toArray(JAVA_BYTE)).isEqualTo(BYTES);
    }
    assertThat(Collections.max(seen)).isEqualTo(3);
  }

  private static void sleep() {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void readingStraightOnTakesFewerRequestsThanPieces() throws Exception {
    TestSource source = source();
    try (MappedFile file = open(source, FetchOptions.STANDARD)) {
      assertThat(file.stream().readAllBytes()).isEqualTo(BYTES);
    }
    assertThat(source.requests()).hasSizeLessThan(12);
    assertThat(source.bytesRead()).isEqualTo(BYTES.length);
  }

  @Test
  void manyThreadsGetTheSameBytesAndFetchThemOnce() throws Exception {
    TestSource source = source();
    FetchOptions options = new FetchOptions(512, 2048, 512, MIB, 4, FetchListener.NONE);
    List<Throwable> failed = Collections.synchronizedList(new ArrayList<>());
    try (MappedFile file = open(source, options)) {
      List<Thread> threads =
          IntStream.range(0, 8)
              .mapToObj(i ->
                  Thread.ofPlatform()
                      .start(() -> {
                        try {
                          Random random = new Random(i);
                          for (int k = 0; k < 2000; k++) {
                            int at = random.nextInt(MIB - 3000);
                            int size = random.nextInt(3000);
                            assertThat(file.start(at, size)).isEqualTo(range(at, size));
                          }
                        } catch (Throwable e) {
                          failed.add(e);
                        }
                      }))
              .toList();
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertThat(failed).isEmpty();
    // Gaps that are fetched with what is around them may come twice.
    assertThat(source.bytesRead()).isLessThan(2 * MIB);
  }

  @Test
  void aSourceThatHasFailedOnceGivesNothingMore() throws Exception {
    for (Faults.Kind kind : Faults.Kind.values()) {
      TestSource source = source((number, target) -> number != 1 || fail(kind));
      try (MappedFile file = open(source, TestSource.BYTE_BY_BYTE)) {
        assertThat(file.i8(5)).isEqualTo(BYTES[5]);
        SourceFault first = catchThrowableOfType(SourceFault.class, () -> file.i8(6));
        assertThat(first.failure()).isSameAs(file.failure()).isNotNull();
        assertThat(file.i8(5)).isEqualTo(BYTES[5]);
        List<ThrowingCallable> reads =
            List.of(
                () -> file.i8(6),
                () -> file.i8(MIB),
                () -> file.bytes(4, 10),
                () -> file.part(NAME, 7, 7).i8(0),
                () -> file.stream().readNBytes(100),
                () -> file.channel().read(ByteBuffer.allocate(100)),
                () -> file.cursor(PLACE, 7, 7).u8(),
                file::willReadAll,
                () -> file.read(ByteBuffer.allocate(5), 100));
        for (ThrowingCallable read : reads) {
          assertThatThrownBy(read).isInstanceOf(SourceFault.class).hasCause(first.failure());
        }
        assertThat(source.requests()).hasSize(2);
      }
    }
    assertThat(Faults.scratchFiles()).isEmpty();
  }

  private static boolean fail(Faults.Kind kind) throws IOException {
    return switch (kind) {
      case UNNOTICED_SHORT_BODY -> false;
      case BUG -> throw new IllegalStateException("https://host/?signature=secret");
      default ->
          throw new SourceException(NAME, SourceException.Reason.UNREADABLE, kind.toString());
    };
  }

  /** The message of a bug may hold anything, and is shown to nobody. */
  @Test
  void theMessageOfABugIsNotShown() throws Exception {
    TestSource source = source((number, target) -> fail(Faults.Kind.BUG));
    try (MappedFile file = open(source, TestSource.BYTE_BY_BYTE)) {
      SourceFault fault = catchThrowableOfType(SourceFault.class, () -> file.i8(6));
      assertThat(fault.failure())
          .hasMessage(NAME + ": reading it failed (IllegalStateException)")
          .hasNoCause();
    }
  }

  @Test
  void aSourceThatFailsAtOnceIsNotOpened() throws Exception {
    TestSource source = source((number, target) -> fail(Faults.Kind.CHANGED));
    assertThatThrownBy(() -> open(source, FetchOptions.STANDARD))
        .isInstanceOf(SourceException.class)
        .hasMessage(NAME + ": CHANGED");
    assertThat(Faults.scratchFiles()).isEmpty();
  }

  @Test
  void workThatHasOverlookedAFailureEndsWithIt() throws Exception {
    List<FileGuard.Step<String>> steps =
        List.of(
            () -> "safe",
            () -> {
              throw new MalformedException(PLACE, "broken");
            },
            () -> {
              throw new IOException("no room");
            });
    for (FileGuard.Step<String> step : steps) {
      TestSource source = source((number, target) -> fail(Faults.Kind.CHANGED));
      try (MappedFile file = open(source, TestSource.BYTE_BY_BYTE)) {
        FileGuard.Step<String> careless =
            () -> {
              try {
                byte _ = file.i8(0);
              } catch (Throwable e) {
                // overlooked
              }
              return step.run();
            };
        assertThatThrownBy(() -> FileGuard.guarded(List.of(file), careless))
            .isInstanceOf(SourceException.class);
        assertThatThrownBy(() -> FileGuard.guarded(List.of(file), () -> file.i8(0)))
            .isInstanceOf(SourceException.class);
      }
    }
  }

  @Test
  void anInterruptEndsTheReads() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    TestSource source =
        source((number, target) -> {
          begun.countDown();
          try {
            Thread.sleep(30_000);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
          }
          return true;
        });
    for (int connections : new int[] {1, 4}) {
      FetchOptions options = new FetchOptions(512, 512, -1, MIB, connections, FetchListener.NONE);
      try (MappedFile file = open(source, options)) {
        Throwable[] thrown = {null};
        Thread reader =
            Thread.ofPlatform()
                .start(() -> {
                  try {
                    byte _ = file.bytes(0, BYTES.length).get(JAVA_BYTE, 0);
                  } catch (Throwable e) {
                    thrown[0] = e;
                  }
                });
        begun.await();
        reader.interrupt();
        reader.join();
        assertThat(thrown[0])
            .isInstanceOf(SourceFault.class)
            .hasCauseInstanceOf(ClosedByInterruptException.class);
      }
    }
    assertThat(Faults.scratchFiles()).isEmpty();
  }

  /** A channel that an interrupt has closed leaves the mapping, which goes with the file. */
  @Test
  void afterAnInterruptNothingIsLeftOpen(@TempDir Path folder) throws Exception {
    Path path = Files.write(folder.resolve("file"), BYTES);
    for (boolean isFetched : new boolean[] {true, false}) {
      MappedFile file = isFetched ? open(source(), FetchOptions.STANDARD) : MappedFile.open(path);
      MemorySegment start = file.bytes(0, 100);
      try (file) {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> file.read(ByteBuffer.allocate(100), 0))
            .isInstanceOf(ClosedByInterruptException.class);
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
      assertThat(start.scope().isAlive()).isFalse();
      assertThatThrownBy(() -> file.allocate(8)).isInstanceOf(IllegalStateException.class);
      file.close(); // again, which does nothing
    }
    assertThat(Faults.scratchFiles()).isEmpty();
  }

  @Test
  void whatIsKeptOfAHugeSourceIsLittle() {
    for (long size : new long[] {1, MIB, 1L << 35, (1L << 35) + 1, 1L << 44, Long.MAX_VALUE / 2}) {
      FetchedBlocks blocks = new FetchedBlocks(size, 4096);
      assertThat(blocks.count()).isBetween(1, 1 << 23); // a bit in each of two sets
      assertThat(blocks.roundUp(1))
          .isEqualTo(size <= 1L << 35 ? Math.min(size, 4096) : blocks.roundUp(2));
      FetchedBlocks.Run last = blocks.runs(size - 1, size).getFirst();
      assertThat(last.end()).isEqualTo(size);
      blocks.begin(last);
      blocks.end(last);
      assertThat(blocks.areThere(last.start(), last.length())).isTrue();
      assertThat(blocks.areThere(0, size)).isEqualTo(last.start() == 0);
    }
  }

  @Test
  void thatAllIsNeededIsSaidBeforeItIsFetched() throws Exception {
    List<String> heard = Collections.synchronizedList(new ArrayList<>());
    FetchListener listener =
        new FetchListener() {
          @Override
          public void needsAll(ResourceName name, long bytes) {
            heard.add(name + " needs " + bytes);
          }

          @Override
          public void fetched(ResourceName name, long bytes) {
            heard.add("fetched " + bytes);
          }
        };
    FetchOptions options = new FetchOptions(512, 512, 0, 4 * MIB, 1, listener);
    try (MappedFile file = open(source(), options)) {
      heard.clear();
      file.part(NAME.inside("a"), MIB, 1024).willReadAll();
      assertThat(heard).containsExactly(NAME + "!a needs 1024", "fetched 1024");
      heard.clear();
      file.willReadAll();
      file.willReadAll();
      assertThat(heard.getFirst()).startsWith(NAME + " needs ");
      assertThat(heard.stream().skip(1)).hasSize(3).allMatch(text -> text.startsWith("fetched "));
      assertThat(file.bytes(0, BYTES.length).toArray(JAVA_BYTE)).isEqualTo(BYTES);
    }
  }

  /** A larger part of a buffer than a fourth of the heap would keep others from theirs. */
  @Test
  void buffersAreNoLargerThanTheHeapAllows() {
    long most = Runtime.getRuntime().maxMemory() / 4;
    FetchOptions options =
        new FetchOptions(1, 1, -1, Integer.MAX_VALUE - 16, 64, FetchListener.NONE);
    assertThat(RangeFetcher.pieceBytes(options) * 64L).isLessThanOrEqualTo(most);
  }
}
