package dev.pt2st.migrate.recognize;

import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.io.spill.OffHeapIndex;
import dev.pt2st.migrate.content.FileKind;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Caches the kinds of files, so that a file with many links to it is read only once. The entries
 * are stored outside of the heap.
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
   * Adds the kind of a file.
   *
   * @param text the text of the file
   */
  void add(String text, FileKind kind) throws IOException {
    known.put(text, kind instanceof FileKind.Checkpoint ? CHECKPOINT : NONE);
  }

  /**
   * Whether a file that a link leads to is a checkpoint.
   *
   * @param text the text of the file
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
