package dev.pt2st.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.pt2st.Durability;
import dev.pt2st.IfExists;
import dev.pt2st.io.output.OutputGroup;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PreallocationTest {
  private static final long LARGE = 128L << 20;

  @TempDir Path temporary;

  /** The file system of the build may not know it, so the size is what it was or what was asked. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aLargeFileHasItsSizeBeforeItIsWritten() throws Exception {
    Path file = Files.createFile(temporary.resolve("modèle"));

    Preallocation.prepare(temporary.resolve("output"), LARGE);
    Preallocation.reserve(file, LARGE);

    assertThat(Files.size(file)).isIn(0L, LARGE);
  }

  @Test
  void aSmallOneDoesNot() throws Exception {
    Path file = Files.createFile(temporary.resolve("small"));

    Preallocation.prepare(temporary.resolve("output"), LARGE);
    Preallocation.reserve(file, LARGE - 1);

    assertThat(file).hasSize(0);
  }

  @Test
  void noFileIsMade() {
    Path missing = temporary.resolve("missing");

    Preallocation.prepare(temporary.resolve("output"), LARGE);

    assertThatCode(() -> Preallocation.reserve(missing, LARGE)).doesNotThrowAnyException();
    assertThat(missing).doesNotExist();
  }

  @Test
  void moreThanTheDiskHasDoesNoHarm() throws Exception {
    Path target = temporary.resolve("output");

    Preallocation.prepare(temporary.resolve("output"), LARGE);
    try (OutputGroup group = new OutputGroup(IfExists.REFUSE)) {
      AtomicOutput output = group.create(target);
      output.reserve(1L << 55);
      output.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0);
      output.finish(Durability.WRITTEN);
      group.commit(Durability.WRITTEN);
    }

    assertThat(target).hasBinaryContent(new byte[] {1, 2, 3});
  }

  /** Where the build's own file system takes no time for it, the size must be there. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void itHasItWhereTheFileSystemIsOneOfThose() throws Exception {
    Path file = Files.createFile(temporary.resolve("output"));
    assumeThat(Files.getFileStore(file).type()).isIn("ext4", "xfs", "f2fs");

    Preallocation.prepare(file, LARGE);
    Preallocation.reserve(file, LARGE);

    assertThat(file).hasSize(LARGE);
  }

  @Test
  void aLinkIsNotFollowed() throws Exception {
    Path other = Files.createFile(temporary.resolve("other"));
    Path link = Files.createSymbolicLink(temporary.resolve("link"), other);

    Preallocation.prepare(link, LARGE);
    Preallocation.reserve(link, LARGE);

    assertThat(other).hasSize(0);
  }
}
