package dev.pt2st.io.spill;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a directory in the order of their names, for any number of entries: a batch of
 * names is held at a time, and the directory is read again for each.
 */
public final class SortedDirectory {
  private static final int BATCH = 1 << 16;

  private final Path directory;
  private final int batch;
  private final ArrayDeque<Path> ready = new ArrayDeque<>();
  private @Nullable Path last;
  private boolean complete;

  public SortedDirectory(Path directory) {
    this(directory, BATCH);
  }

  /**
   * @param batch how many names are held in memory
   */
  public SortedDirectory(Path directory, int batch) {
    this.directory = directory;
    this.batch = batch;
  }

  /**
   * The next entry; null at the end.
   *
   * @throws IOException if the directory cannot be read
   */
  public @Nullable Path next() throws IOException {
    if (ready.isEmpty() && !complete) {
      fill();
    }
    Path next = ready.poll();
    last = next == null ? last : next;
    return next;
  }

  private void fill() throws IOException {
    PriorityQueue<Path> smallest = new PriorityQueue<>(Comparator.reverseOrder());
    complete = true;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (last == null || entry.compareTo(last) > 0) {
          smallest.add(entry);
          if (smallest.size() > batch) {
            smallest.poll();
            complete = false;
          }
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    while (!smallest.isEmpty()) {
      ready.addFirst(smallest.poll());
    }
  }
}
