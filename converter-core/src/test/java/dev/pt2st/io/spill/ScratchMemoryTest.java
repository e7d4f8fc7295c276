package dev.pt2st.io.spill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.io.ScratchFolder;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory that is zeros at first, may be larger than a heap, and leaves nothing behind. */
class ScratchMemoryTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 4 << 20, (4 << 20) + 1, (5 << 20) + 3})
  void isAsLargeAsWasAskedForAndKeepsWhatIsWritten(long bytes) throws IOException {
    try (ScratchMemory memory =
        ScratchMemory.in(ScratchFolder.beside(folder.resolve("out")), bytes)) {
      MemorySegment segment = memory.segment();
      assertThat(segment.byteSize()).isEqualTo(bytes);
      for (long at : new long[] {0, bytes / 2, bytes - 1}) {
        if (at >= 0 && at < bytes) {
          assertThat(segment.get(ValueLayout.JAVA_BYTE, at)).isZero();
          segment.set(ValueLayout.JAVA_BYTE, at, (byte) 7);
          assertThat(segment.get(ValueLayout.JAVA_BYTE, at)).isEqualTo((byte) 7);
          segment.set(ValueLayout.JAVA_BYTE, at, (byte) 0);
        }
      }
      try (Stream<Path> left = Files.list(folder)) {
        assertThat(left).isEmpty();
      }
    }
  }

  @Test
  void endsWhenItIsClosedAndMayBeClosedTwice() throws IOException {
    ScratchMemory memory = ScratchMemory.in(ScratchFolder.TEMPORARY, 5 << 20);
    MemorySegment segment = memory.segment();
    memory.close();
    memory.close();
    assertThatThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aFolderThatIsNotThereIsSaid() {
    assertThatThrownBy(() ->
            ScratchMemory.in(ScratchFolder.beside(folder.resolve("none").resolve("out")), 5 << 20))
        .isInstanceOf(IOException.class);
  }
}
