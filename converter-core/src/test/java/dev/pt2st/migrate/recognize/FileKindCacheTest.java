package dev.pt2st.migrate.recognize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.migrate.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileKindCacheTest {
  @TempDir Path temporary;

  /** As many links may lead to it as there are revisions. */
  @Test
  void aFileIsLookedAtOnce() throws IOException {
    Store store = new Store(temporary).model("blobs/aaa");
    Path blob = temporary.resolve("blobs/aaa");
    try (FileKindCache kinds = new FileKindCache(store.convert)) {
      assertThat(kinds.isCheckpoint(blob, "blobs/aaa")).isTrue();
      Files.delete(blob);
      assertThat(kinds.isCheckpoint(blob, "blobs/aaa")).isTrue();
    }
  }
}
