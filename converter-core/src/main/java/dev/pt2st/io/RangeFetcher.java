package dev.pt2st.io;

import dev.pt2st.ResourceName;
import dev.pt2st.io.source.FetchOptions;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the bytes of a {@link RangeSource} into a sparse file, each block before it is read. A
 * hole in such a file reads as zeros, which are not the bytes of the source. So after one failure
 * every further fetch fails, and only bytes fetched before can still be read.
 *
 * <p>Safe for use by several threads.
 */
final class RangeFetcher {
  /** The maximum number of bytes that are fetched ahead of sequential reading. */
  private static final int MOST_AHEAD = 8 << 20;

  /**
   * How many bytes of a buffer are written at a time, as the JVM copies them to native memory
   * first.
   */
  private static final int WRITTEN_AT_ONCE = 1 << 16;

  private final RangeSource source;
  private final FetchOptions options;
  private final FileChannel scratch;
  private final ScratchFolder folder;
  private final FetchedBlocks blocks;
  private final int pieceBytes;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Why no more can be fetched; set under the lock. */
  private volatile @Nullable IOException failure;

  private long waited;
  private long straightOn = -1;
  private long ahead;

  /**
   * @param scratch a sparse file of the source's size
   * @param folder the folder of that file
   */
  RangeFetcher(
      RangeSource source, FetchOptions options, FileChannel scratch, ScratchFolder folder) {
    this.source = source;
    this.options = options;
    this.scratch = scratch;
    this.folder = folder;
    this.blocks = new FetchedBlocks(source.size(), options.blockBytes());
    this.ahead = options.readAhead();
    this.pieceBytes = pieceBytes(options);
  }

  /**
   * The size of one request. The buffers of all connections together take at most a quarter of the
   * heap.
   */
  static int pieceBytes(FetchOptions options) {
    long share = Runtime.getRuntime().maxMemory() / 4 / options.connections();
    return Math.clamp(share, options.blockBytes(), options.pieceBytes());
  }

  /** Why the source can no longer be read; null as long as it can. */
  @Nullable IOException failure() {
    return failure;
  }

  /** How long, in nanoseconds, threads have waited for bytes. */
  long waited() {
    lock.lock();
    try {
      return waited;
    } finally {
      lock.unlock();
    }
  }

  /** Makes sure that bytes are fetched. */
  void need(long offset, long length) {
    if (!blocks.areThere(offset, length)) {
      fetch(offset, length);
    }
  }

  private void fetch(long offset, long length) {
    List<FetchedBlocks.Run> runs;
    lock.lock();
    try {
      checkFailure();
      runs = blocks.runs(offset, offset + length);
      if (!runs.isEmpty()) {
        readAhead(runs);
        runs = merged(runs, Math.max(0, options.gap()));
        runs.forEach(blocks::begin);
      }
    } finally {
      lock.unlock();
    }
    run(runs);
    await(offset, length);
  }

  /** Extends the request, since the following bytes are likely to be read next. */
  private void readAhead(List<FetchedBlocks.Run> runs) {
    long start = runs.getFirst().start();
    ahead =
        start == straightOn && options.gap() >= 0
            ? Math.clamp(2 * ahead, options.readAhead(), MOST_AHEAD)
            : options.readAhead();
    FetchedBlocks.Run last = runs.removeLast();
    long end = Math.min(source.size(), Math.max(last.end(), start + ahead));
    FetchedBlocks.Run longer = blocks.runs(last.start(), end).getFirst();
    runs.add(longer);
    straightOn = longer.end();
  }

  /**
   * Fetches ranges before they are read, several at a time; does nothing if the options disable
   * that.
   */
  void expect(List<FetchedBlocks.Run> ranges) {
    if (options.gap() < 0) {
      return;
    }
    List<FetchedBlocks.Run> runs = new ArrayList<>();
    lock.lock();
    try {
      checkFailure();
      for (FetchedBlocks.Run range : ranges) {
        runs.addAll(blocks.runs(range.start(), range.end()));
      }
      runs = merged(runs, options.gap());
      runs.forEach(blocks::begin);
    } finally {
      lock.unlock();
    }
    run(runs);
  }

  /**
   * Fetches bytes that will be read completely, after notifying the listener.
   *
   * @param output the output that will be written then; null for none
   * @param outputBytes the size of the output
   */
  void expectAll(
      ResourceName shown, List<FetchedBlocks.Run> ranges, @Nullable Path output, long outputBytes) {
    long missing = 0;
    lock.lock();
    try {
      checkFailure();
      for (FetchedBlocks.Run range : ranges) {
        missing += blocks.missing(range.start(), range.end());
      }
    } finally {
      lock.unlock();
    }
    if (missing > 0) {
      options.listener().needsAll(shown, missing);
      checkRoom(missing, output, outputBytes);
      expect(ranges);
    }
  }

  /** Checks the room on the disk, so that hours of fetching do not end with a full disk. */
  private void checkRoom(long missing, @Nullable Path output, long outputBytes) {
    Path directory = folder.directory();
    try {
      FileStore store = Files.getFileStore(directory);
      boolean isShared =
          output != null && store.equals(Files.getFileStore(AtomicOutput.directoryOf(output)));
      DiskFull.check(
          directory,
          "what is fetched of " + source.name() + (isShared ? " and its output" : ""),
          isShared ? missing + outputBytes : missing);
    } catch (IOException e) {
      fail(e);
      checkFailure();
    }
  }

  /** The ranges in the order of the source, with those that are close together merged. */
  private static List<FetchedBlocks.Run> merged(List<FetchedBlocks.Run> runs, long gap) {
    runs.sort(Comparator.comparingLong(FetchedBlocks.Run::start));
    List<FetchedBlocks.Run> merged = new ArrayList<>();
    for (FetchedBlocks.Run run : runs) {
      FetchedBlocks.Run last = merged.isEmpty() ? null : merged.getLast();
      if (last != null && run.start() - last.end() <= gap) {
        merged.set(
            merged.size() - 1,
            new FetchedBlocks.Run(last.start(), Math.max(last.end(), run.end())));
      } else {
        merged.add(run);
      }
    }
    return merged;
  }

  private void run(List<FetchedBlocks.Run> runs) {
    try {
      runAll(runs);
    } catch (RuntimeException | Error e) {
      // Other threads may wait for the blocks that are marked as being fetched.
      fail(unreadable("fetching it failed (" + e.getClass().getSimpleName() + ")"));
      throw e;
    }
  }

  private void runAll(List<FetchedBlocks.Run> runs) {
    List<FetchedBlocks.Run> pieces = new ArrayList<>();
    for (FetchedBlocks.Run run : runs) {
      long start = run.start();
      while (start < run.end()) {
        long end = Math.min(run.end(), blocks.roundUp(start + pieceBytes));
        pieces.add(new FetchedBlocks.Run(start, end));
        start = end;
      }
    }
    if (pieces.isEmpty()) {
      return;
    }
    long begun = System.nanoTime();
    int threads = Math.min(options.connections(), pieces.size());
    if (threads == 1) {
      pieces.forEach(this::fetch);
    } else {
      fetch(pieces, threads);
    }
    lock.lock();
    try {
      waited += System.nanoTime() - begun;
    } finally {
      lock.unlock();
    }
  }

  private void fetch(List<FetchedBlocks.Run> pieces, int threads) {
    AtomicInteger next = new AtomicInteger();
    List<Thread> workers = new ArrayList<>();
    Runnable work =
        () -> {
          int piece = next.getAndIncrement();
          while (piece < pieces.size() && failure == null) {
            fetch(pieces.get(piece));
            piece = next.getAndIncrement();
          }
          if (failure != null) {
            workers.forEach(Thread::interrupt);
          }
        };
    for (int i = 0; i < threads; i++) {
      workers.add(Thread.ofVirtual().name("fetch-" + i).unstarted(work));
    }
    // All threads are in the list before one of them may fail and stop the others.
    workers.forEach(Thread::start);
    for (Thread worker : workers) {
      join(worker, workers);
    }
  }

  /**
   * Waits for a thread. If the waiting thread is interrupted, all threads end as soon as possible.
   */
  private void join(Thread worker, List<Thread> all) {
    boolean interrupted = false;
    while (worker.isAlive()) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        interrupted = true;
        fail(new ClosedByInterruptException());
        all.forEach(Thread::interrupt);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Fetches a piece; if it fails, all later fetches fail too. */
  private void fetch(FetchedBlocks.Run piece) {
    if (failure != null) {
      return;
    }
    try {
      int length = Math.toIntExact(piece.length());
      ByteBuffer buffer = ByteBuffer.allocate(length);
      read(piece.start(), buffer);
      write(piece.start(), buffer.flip());
      lock.lock();
      try {
        blocks.end(piece);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      options.listener().fetched(source.name(), length);
    } catch (IOException e) {
      fail(e);
    } catch (RuntimeException | Error e) {
      // Its message may contain secrets, such as a signed address.
      fail(unreadable("reading it failed (" + e.getClass().getSimpleName() + ")"));
    }
  }

  private void read(long offset, ByteBuffer buffer) throws IOException {
    source.read(offset, buffer);
    if (buffer.hasRemaining()) {
      throw unreadable("it gave fewer bytes than were requested");
    }
  }

  private SourceException unreadable(String what) {
    return new SourceException(source.name(), SourceException.Reason.UNREADABLE, what);
  }

  private void write(long offset, ByteBuffer bytes) throws IOException {
    long to = offset;
    int length = bytes.limit();
    try {
      while (bytes.position() < length) {
        bytes.limit(Math.min(length, bytes.position() + WRITTEN_AT_ONCE));
        to += scratch.write(bytes, to);
      }
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      throw DiskFull.explain(
          e, folder.directory(), "what is fetched of " + source.name(), length - bytes.position());
    }
  }

  private void fail(IOException e) {
    lock.lock();
    try {
      if (failure == null) {
        failure = e;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void checkFailure() {
    IOException known = failure;
    if (known != null) {
      throw new SourceFault(known);
    }
  }

  /** Waits for blocks that other threads are fetching. */
  private void await(long offset, long length) {
    if (failure == null && blocks.areThere(offset, length)) {
      return;
    }
    lock.lock();
    try {
      long begun = System.nanoTime();
      while (failure == null && !blocks.areThere(offset, length)) {
        changed.await();
      }
      waited += System.nanoTime() - begun;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(new ClosedByInterruptException());
    } finally {
      lock.unlock();
    }
    checkFailure();
  }
}
