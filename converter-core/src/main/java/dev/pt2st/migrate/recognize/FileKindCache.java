package dev.pt2st.migrate.recognize;

import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.io.OffHeapIndex;
import dev.pt2st.migrate.content.FileKind;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What files have turned out to be, so that a file that many links lead to is looked at once.
 * However many there are, they take no heap.
 */
final class FileKindCache implements AutoCloseable {
  private static final long CHECKPOINT = 1;
  private static final long NONE = 2;

  private final ConvertOptions options;
  private final OffHeapIndex known = new OffHeapIndex();

  FileKindCache(ConvertOptions options) throws IOException {
    this.options = options;
  }

  /**
   * Takes in what a file is.
   *
   * @param text the file's
   */
  void add(String text, FileKind kind) throws IOException {
    known.put(text, kind instanceof FileKind.Checkpoint ? CHECKPOINT : NONE);
  }

  /**
   * Whether a file that a link leads to is a checkpoint.
   *
   * @param text the file's
   * @throws IOException if it cannot be read
   */
  boolean isCheckpoint(Path file, String text) throws IOException {
    if (known.get(text) == 0) {
      add(text, FileKind.at(file, options));
    }
    return known.get(text) == CHECKPOINT;
  }

  @Override
  public void close() {
    known.close();
  }
}
