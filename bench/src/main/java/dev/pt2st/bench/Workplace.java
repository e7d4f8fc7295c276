package dev.pt2st.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A folder for the files of a benchmark, in {@code java.io.tmpdir}. */
final class Workplace {
  private @Nullable Path folder;

  /** Makes the folder; it goes with {@link #close}, and else when the process ends. */
  void open() throws IOException {
    folder = Files.createTempDirectory("pt2st-bench-");
    // In this order, as they are deleted in the other: the folder last.
    folder.toFile().deleteOnExit();
    input().toFile().deleteOnExit();
    output().toFile().deleteOnExit();
  }

  Path input() {
    return folder().resolve("checkpoint.pt");
  }

  Path output() {
    return folder().resolve("model.safetensors");
  }

  private Path folder() {
    return Objects.requireNonNull(folder, "not open");
  }

  /** Waits until the disk has nothing left to write, where the system has {@code sync}. */
  void settle() throws IOException {
    Process sync;
    try {
      sync = new ProcessBuilder("sync").inheritIO().start();
    } catch (IOException e) {
      return; // no such program: the figures are as good as they get there
    }
    try {
      var _ = sync.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the disk wrote", e);
    }
  }

  /** Removes the folder and what is in it. */
  void close() throws IOException {
    Files.deleteIfExists(input());
    Files.deleteIfExists(output());
    Files.deleteIfExists(folder());
  }
}
