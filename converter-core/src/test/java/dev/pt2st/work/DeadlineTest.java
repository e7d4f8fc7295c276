package dev.pt2st.work;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.ReadOptions;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.Containers;
import dev.pt2st.checkpoint.CheckpointReader;
import dev.pt2st.io.MappedFile;
import dev.pt2st.testing.Py;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The time that one input may take, on a clock that is moved by hand. */
class DeadlineTest {
  private static final Limits LIMITS = Limits.STANDARD.with(Limit.SECONDS, 10);

  @TempDir Path temporary;

  private long now = Long.MAX_VALUE - 5; // a clock may begin anywhere, and overflow

  private final Deadline deadline = new Deadline(LIMITS, Long.MAX_VALUE, () -> now);

  private void pass(long seconds) {
    now += seconds * 1_000_000_000;
  }

  private void check() throws LimitException {
    deadline.check(() -> Place.of(Path.of("in.pt")));
  }

  @Test
  void itIsOverAfterItsSeconds() {
    pass(9);
    assertThatCode(this::check).doesNotThrowAnyException();
    pass(1);
    assertThatThrownBy(this::check)
        .isInstanceOf(LimitException.class)
        .hasMessageContaining("takes more than 10 seconds")
        .hasMessageContaining("Limit.SECONDS");
  }

  /** A small file gets a share, of 1 MB a tenth or so; what is explicitly less stays less. */
  @ParameterizedTest
  @CsvSource({
    "60, 0, 8",
    "60, 1000000, 8",
    "60, 8388608, 16",
    "60, 1000000000, 60",
    "5, 1000000, 5",
    "600, 1000000, 89",
    "600, 100000000000, 600",
    "0, 1000000, 0"
  })
  void aSmallFileGetsLessOfThem(long seconds, long size, long expected) {
    Deadline own = new Deadline(Limits.STANDARD.with(Limit.SECONDS, seconds), size, () -> now);
    if (expected > 0) {
      pass(expected - 1);
      assertThatCode(() -> own.check(() -> Place.of(Path.of("in.pt")))).doesNotThrowAnyException();
      now += 999_999_999;
    }
    pass(1);
    assertThatThrownBy(() -> own.check(() -> Place.of(Path.of("in.pt"))))
        .isInstanceOf(LimitException.class)
        .hasMessageContaining("takes more than " + expected + " seconds");
  }

  /** At 4 MB a second, as slow as LZMA may be: a compressed model may be of any size. */
  @Test
  void whatIsUnpackedOfAnHonestFileGetsMoreTime() {
    deadline.allowForUnpacking(40L << 20);
    pass(19);
    assertThatCode(this::check).doesNotThrowAnyException();
    pass(1);
    assertThatThrownBy(this::check).isInstanceOf(LimitException.class);
  }

  /** So the files of an archive, which one reader reads, may take no longer than a single file. */
  @Test
  void allThatOneReaderReadsCountsTogether() throws Exception {
    Path file = Files.write(temporary.resolve("in.pkl"), Py.pickle(Py.list(1)));
    try (MappedFile mapped = MappedFile.open(file)) {
      Container container = Containers.detect(mapped, LIMITS);
      CheckpointReader reader =
          new CheckpointReader(ReadOptions.STANDARD.withLimits(LIMITS), deadline);
      pass(6);
      assertThatCode(() -> reader.read(container)).doesNotThrowAnyException();
      pass(6);
      assertThatThrownBy(() -> reader.read(container))
          .isInstanceOf(LimitException.class)
          .hasMessageContaining("Limit.SECONDS");
    }
  }
}
