package dev.pt2st.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import java.io.EOFException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFileTest {
  private static final byte[] BYTES = {0, 1, 2, 3, 4, 5, 6, 7};

  private static final Place PLACE = Place.of(Path.of("file"));

  @TempDir Path temporary;
  private Path path;

  @BeforeEach
  void write() throws Exception {
    path = Files.write(temporary.resolve("file"), BYTES);
  }

  private static byte[] read(MappedFile file, long offset, int length) throws Exception {
    ByteBuffer target = ByteBuffer.allocate(length);
    file.read(target, offset);
    assertThat(target.hasRemaining()).isFalse();
    return target.array();
  }

  @Test
  void readsFromAnOffset() throws Exception {
    try (MappedFile file = MappedFile.open(path)) {
      assertThat(read(file, 3, 4)).containsExactly(3, 4, 5, 6);
    }
  }

  @Test
  void whatIsNoFileOfItsOwnHasNoPath() throws Exception {
    try (MappedFile file = MappedFile.open(path)) {
      assertThat(file.path()).contains(path);
      MappedFile part = file.part(new ResourceName("s3://bucket/key"), 0, 4);
      assertThat(part.path()).isEmpty();
      assertThat(part.name()).hasToString("s3://bucket/key");
    }
  }

  @Test
  void aPartOfAPartReadsItsOwnBytes() throws Exception {
    try (MappedFile file = MappedFile.open(path)) {
      MappedFile part =
          file.part(new ResourceName("part"), 2, 5).part(new ResourceName("part"), 1, 3);

      assertThat(read(part, 1, 2)).containsExactly(4, 5);
      assertThat(read(part, 1, 2)).isEqualTo(part.bytes(1, 2).toArray(JAVA_BYTE));
      assertThatThrownBy(() -> read(part, 2, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  /** Whoever asks for bytes gets those of the part alone, whatever stands around it in the file. */
  @Test
  void aPartEndsWhereItEnds() throws Exception {
    try (MappedFile file = MappedFile.open(path)) {
      MappedFile part = file.part(new ResourceName("part"), 2, 4);

      assertThat(part.start(1, 100)).containsExactly(3, 4, 5);
      assertThat(part.start(4, 100)).isEmpty();
      assertThat(part.stream().readAllBytes()).containsExactly(2, 3, 4, 5);
      assertThat(part.i8(3)).isEqualTo((byte) 5);
      assertThat(part.i16(2)).isEqualTo((short) 0x0504);
      assertThat(part.i32(0)).isEqualTo(0x05040302);
      assertThat(file.i64(0)).isEqualTo(0x0706050403020100L);
      assertThat(part.location(1)).isEqualTo(file.location(3)).isNotEqualTo(file.location(1));
      List<ThrowingCallable> outside =
          List.of(
              () -> part.bytes(2, 3),
              () -> part.bytes(-1, 1),
              () -> part.start(5, 1),
              () -> part.start(-1, 1),
              () -> part.i8(4),
              () -> part.i16(3),
              () -> part.i32(1),
              () -> part.i64(0),
              () -> part.cursor(PLACE, 2, 3));
      for (ThrowingCallable read : outside) {
        assertThatThrownBy(read).isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }

  @Test
  void aCursorOverAPartSpeaksOfTheFile() throws Exception {
    try (MappedFile file = MappedFile.open(path)) {
      ByteCursor cursor = file.cursor(PLACE, 3, 2);
      assertThat(cursor.u8()).isEqualTo(3);
      assertThat(cursor.offset()).isEqualTo(4);
      assertThat(cursor.remaining()).isEqualTo(1);
    }
  }

  /** Bytes that came out of a file are not those that stand in it. */
  @Test
  void whatWasUnpackedIsReadFromMemory() throws Exception {
    try (MappedFile file = MappedFile.open(path)) {
      MappedFile unpacked =
          file.unpacked(new ResourceName("unpacked"), MemorySegment.ofArray(new byte[] {9, 8, 7}));

      assertThat(read(unpacked, 1, 2)).containsExactly(8, 7);
      assertThat(read(unpacked.part(new ResourceName("part"), 2, 1), 0, 1)).containsExactly(7);
    }
  }

  @Test
  void aFileThatHasBecomeShorterSaysSo() throws Exception {
    try (MappedFile file = MappedFile.open(path);
        FileChannel other = FileChannel.open(path, StandardOpenOption.WRITE)) {
      other.truncate(5);

      assertThatThrownBy(() -> read(file, 3, 4))
          .isInstanceOf(EOFException.class)
          .hasMessageContaining("cut short");
      assertThat(file.isCutShort()).isTrue();
    }
  }
}
