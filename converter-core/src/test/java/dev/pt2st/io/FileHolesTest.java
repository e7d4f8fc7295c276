package dev.pt2st.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sparse files: what is not on the disk is not read, and what is there is found. */
class FileHolesTest {
  private static final long TERABYTE = 1L << 40;

  @TempDir Path temporary;

  private Path sparse(long size, long byteAt) throws IOException {
    Path file = temporary.resolve("sparse");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.wrap(new byte[] {0}), size - 1);
      if (byteAt >= 0) {
        channel.write(ByteBuffer.wrap(new byte[] {1}), byteAt);
      }
    } catch (FileSystemException e) {
      assumeTrue(false, "there are no files of this size here");
    } catch (IOException e) {
      assumeTrue(!String.valueOf(e.getMessage()).contains("File too large"), e.getMessage());
      throw e;
    }
    List<FileHoles.Range> data = FileHoles.dataOf(file);
    assumeTrue(data.isEmpty() || data.getFirst().start() > 0, "holes are not told here");
    return file;
  }

  @Test
  @Timeout(20)
  void aTerabyteOfHolesIsNotRead() throws IOException {
    assertThat(FileHoles.isAllZero(sparse(TERABYTE, -1))).isTrue();
  }

  @Test
  @Timeout(20)
  void aSingleByteBetweenHolesIsFound() throws IOException {
    Path file = sparse(TERABYTE, TERABYTE / 2 + 12345);
    assertThat(FileHoles.isAllZero(file)).isFalse();
    assertThat(FileHoles.dataOf(file))
        .anyMatch(
            range -> range.start() <= TERABYTE / 2 + 12345 && TERABYTE / 2 + 12345 < range.end());
  }

  @Test
  void aSmallFileIsDataAsAWhole() throws IOException {
    Path file = Files.write(temporary.resolve("small"), new byte[100]);
    assertThat(FileHoles.dataOf(file)).containsExactly(new FileHoles.Range(0, 100));
    assertThat(FileHoles.isAllZero(file)).isTrue();
  }
}
