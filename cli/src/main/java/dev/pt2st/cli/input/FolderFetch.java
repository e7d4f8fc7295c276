package dev.pt2st.cli.input;

import dev.pt2st.io.DiskFull;
import dev.pt2st.io.Input;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The fetching of listed files into a {@link FetchedFolder}, in pieces of which several are under
 * way at a time.
 */
final class FolderFetch {
  /** Bytes of a request in a small heap. */
  private static final int SMALLEST_PIECE = 1 << 20;

  private final FetchedFolder folder;
  private final @Nullable FetchedPieces pieces;
  private final Inputs inputs;
  private final int connections;

  /** Bytes of a request. */
  private final int piece;

  /**
   * @param pieces what is there; takes what is fetched; null if no later run goes on with it
   * @param connections how many requests are under way at a time
   */
  FolderFetch(
      FetchedFolder folder, @Nullable FetchedPieces pieces, Inputs inputs, int connections) {
    this.folder = folder;
    this.pieces = pieces;
    this.inputs = inputs;
    this.connections = connections;
    long share = Runtime.getRuntime().maxMemory() / 4 / connections;
    this.piece = Math.clamp(share, SMALLEST_PIECE, FetchPlan.PIECE);
  }

  /**
   * Fetches files. The first failure ends all requests.
   *
   * @throws ClosedByInterruptException if the calling thread is interrupted
   */
  void fetch(List<Inputs.Listed> files) throws IOException {
    List<Closeable> open = Collections.synchronizedList(new ArrayList<>());
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      List<Future<?>> tasks = new ArrayList<>();
      try {
        for (Inputs.Listed file : files) {
          Path path = folder.target(file);
          if (isThere(file, 0, file.size())) {
            continue;
          }
          if (file.size() <= piece) {
            tasks.add(threads.submit(() -> fetchSmall(file, path)));
          } else {
            fetchLarge(new Fetched(file, path, open), threads, tasks);
          }
        }
        for (Future<?> task : tasks) {
          task.get();
        }
      } finally {
        tasks.forEach(task -> task.cancel(true));
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      for (Closeable each : open) {
        each.close();
      }
    }
  }

  private boolean isThere(Inputs.Listed file, long from, long to) {
    return pieces != null && from < to && pieces.has(file, from, to);
  }

  private @Nullable Void fetchSmall(Inputs.Listed file, Path path) throws IOException {
    List<Closeable> open = new ArrayList<>();
    try {
      Fetched fetched = new Fetched(file, path, open);
      fetched.copy(0, (int) fetched.source().size());
    } finally {
      for (Closeable each : open) {
        each.close();
      }
    }
    return null;
  }

  private void fetchLarge(Fetched fetched, ExecutorService threads, List<Future<?>> tasks)
      throws IOException {
    long size = fetched.source().size();
    for (long at = 0; at < size; at += piece) {
      long from = at;
      int length = (int) Math.min(piece, size - at);
      if (isThere(fetched.file, from, from + length)) {
        continue;
      }
      tasks.add(
          threads.submit(() -> {
            fetched.copy(from, length);
            return null;
          }));
    }
  }

  /** A file that is being fetched. Its source and its target are opened when they are needed. */
  private final class Fetched {
    private final Inputs.Listed file;
    private final Path path;
    private final List<Closeable> open;
    private @Nullable RangeSource source;
    private @Nullable FileChannel channel;

    /**
     * @param path where it goes
     * @param open takes what is to be closed
     */
    Fetched(Inputs.Listed file, Path path, List<Closeable> open) {
      this.file = file;
      this.path = path;
      this.open = open;
    }

    synchronized RangeSource source() throws IOException {
      RangeSource known = source;
      if (known != null) {
        return known;
      }
      OpenInput input = inputs.open(file.address());
      open.add(input::close);
      if (!(input.input() instanceof Input.Ranged ranged) || !ranged.member().isEmpty()) {
        throw new IllegalStateException("no source: " + file.name());
      }
      RangeSource found = ranged.source();
      if (found.size() != file.size()) {
        throw new SourceException(
            found.name(), Reason.CHANGED, "it has another size than was listed; start again");
      }
      if (pieces != null && !pieces.isOf(file, found.version())) {
        folder.setDone(); // nothing of it is of use to the next run
        throw new SourceException(
            found.name(),
            Reason.CHANGED,
            "it has been replaced since a part of it was fetched; start again");
      }
      source = found;
      return found;
    }

    private synchronized FileChannel channel() throws IOException {
      FileChannel known = channel;
      if (known == null) {
        known = folder.create(file, path, pieces != null && pieces.hasAny(file));
        open.add(known);
        channel = known;
      }
      return known;
    }

    void copy(long from, int length) throws IOException {
      FileChannel to = channel();
      ByteBuffer buffer = ByteBuffer.allocate(length);
      source().read(from, buffer);
      buffer.flip();
      long at = from;
      try {
        while (buffer.hasRemaining()) {
          at += to.write(buffer, at);
        }
      } catch (ClosedChannelException e) {
        throw e; // another request has failed, or the program is being stopped
      } catch (IOException e) {
        throw DiskFull.explain(e, path, "what is fetched for it", file.size() - at);
      }
      if (pieces != null) {
        pieces.add(file, source().version(), from, from + length);
      }
    }
  }
}
