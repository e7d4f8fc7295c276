package dev.pt2st;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.archive.Container;
import dev.pt2st.archive.Containers;
import dev.pt2st.checkpoint.CheckpointReader;
import dev.pt2st.io.MappedFile;
import dev.pt2st.testing.Py;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The time that the pickles of one input may take, on a clock that is moved by hand. */
class DeadlineTest {
  private static final Limits LIMITS = Limits.STANDARD.with(Limit.SECONDS, 10);

  @TempDir Path temporary;

  private long now = Long.MAX_VALUE - 5; // a clock may begin anywhere, and overflow

  private final Deadline deadline = new Deadline(LIMITS, () -> now);

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

  @Test
  void whatPassesWhileItIsStoppedDoesNotCount() {
    pass(6);
    deadline.pause();
    pass(1000);
    deadline.resume();
    pass(3);
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
