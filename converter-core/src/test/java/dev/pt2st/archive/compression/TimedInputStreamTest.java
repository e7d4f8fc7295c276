package dev.pt2st.archive.compression;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.work.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A decoder that reads without end gives up when the time of its file is over. */
class TimedInputStreamTest {
  private final AtomicLong now = new AtomicLong();
  private final TimedInputStream in =
      new TimedInputStream(
          zeros(), new Deadline(Limits.STANDARD, 1, now::get), Place.of(Path.of("a.xz")));

  private static InputStream zeros() {
    return new InputStream() {
      @Override
      public int read() {
        return 0;
      }
    };
  }

  @Test
  void pieces() throws IOException {
    byte[] piece = new byte[10];
    in.readNBytes(piece, 0, 10);
    now.set(Long.MAX_VALUE);
    assertThatThrownBy(() -> in.readNBytes(piece, 0, 10))
        .isInstanceOf(TimedInputStream.OverTimeException.class);
  }

  @Test
  void singleBytes() throws IOException {
    in.read();
    now.set(Long.MAX_VALUE);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 1 << 10; i++) {
                in.read();
              }
            })
        .isInstanceOf(TimedInputStream.OverTimeException.class);
  }
}
