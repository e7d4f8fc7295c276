package dev.pt2st.io.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LockedLogTest {
  @TempDir Path temporary;

  @Test
  void linesAreThereForTheNextOne() throws IOException {
    Path path = temporary.resolve("log");
    try (LockedLog log = LockedLog.open(path)) {
      log.append("one\n".getBytes(UTF_8));
    }
    try (LockedLog log = LockedLog.open(path)) {
      log.append("two\n".getBytes(UTF_8));
    }
    assertThat(path).hasContent("one\ntwo\n");
  }

  /** Whoever may write to the folder would else have another file written, or one made. */
  @Test
  void aLinkIsNotFollowed() throws IOException {
    Path victim = Files.writeString(temporary.resolve("victim"), "secret\n");
    Path link = Files.createSymbolicLink(temporary.resolve("log"), victim);
    Path dangling =
        Files.createSymbolicLink(temporary.resolve("log2"), temporary.resolve("not there"));

    for (Path path : new Path[] {link, dangling}) {
      assertThatThrownBy(() -> LockedLog.open(path).close())
          .isInstanceOf(FileSystemException.class)
          .hasMessage(path + ": must be a regular file, and is not one; move it away");
      assertThatThrownBy(() -> LockedLog.read(path).close())
          .isInstanceOf(FileSystemException.class);
    }
    assertThat(victim).hasContent("secret");
    assertThat(temporary.resolve("not there")).doesNotExist();
  }

  @Test
  @Timeout(20)
  void aPipeIsNotWaitedForAndAFolderIsNone() throws Exception {
    Path pipe = temporary.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

    for (Path path : new Path[] {pipe, temporary}) {
      assertThatThrownBy(() -> LockedLog.open(path).close())
          .hasMessageContaining("must be a regular file");
    }
  }
}
