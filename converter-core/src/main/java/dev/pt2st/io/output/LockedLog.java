package dev.pt2st.io.output;

import dev.pt2st.io.DiskFull;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An append-only file of lines, locked by one process at a time. The system releases the lock when
 * the process ends, however it ends.
 *
 * <p>Everything is read through the one channel that has the lock: on POSIX systems a process loses
 * its lock when it closes any other channel of the same file.
 */
public final class LockedLog implements AutoCloseable {
  private static final int MOST_WAITING = 256;
  private static final int TRIES = 10;
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Path path;
  private final FileChannel channel;
  private final @Nullable FileLock lock;
  private final List<byte[]> waiting = new ArrayList<>();
  private long appended;
  private long synced;
  private boolean syncing;
  private @Nullable IOException failure;
  private boolean torn;

  private LockedLog(Path path, FileChannel channel, @Nullable FileLock lock) {
    this.path = path;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Opens a file, creating it if needed, and tries to lock it.
   *
   * @return the file, locked or not; see {@link #isLocked}
   */
  public static LockedLog open(Path path) throws IOException {
    checkIsFile(path);
    FileChannel channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    try {
      return new LockedLog(path, channel, lock(channel));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Opens a file for reading only, which needs no lock. */
  public static LockedLog read(Path path) throws IOException {
    checkIsFile(path);
    return new LockedLog(
        path, FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS), null);
  }

  /**
   * Checks that the path is a regular file. Somebody may have put a link there, to have another
   * file written, or a pipe.
   */
  private static void checkIsFile(Path path) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileSystemException(
          path.toString(), null, "must be a regular file, and is not one; move it away");
    }
  }

  /**
   * Tries to lock for a moment, as another process may hold a lock only to test whether the file is
   * locked.
   */
  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      for (int i = 1; i < TRIES; i++) {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return lock;
        }
        Thread.sleep(PAUSE);
      }
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this very process
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /**
   * Whether a process holds the lock of a file, tested with a short shared lock. Not for a file
   * that this process has locked: on POSIX systems the process would lose that lock.
   *
   * @throws IOException if it cannot be read, or its file system has no locks
   */
  public static boolean isLocked(Path path) throws IOException {
    checkIsFile(path);
    try (FileChannel channel =
            FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return lock == null;
    } catch (OverlappingFileLockException e) {
      return true;
    }
  }

  /** Whether this process holds the lock. */
  public boolean isLocked() {
    return lock != null;
  }

  /** Its current bytes from a position on. Closing the stream does not close the file. */
  public InputStream from(long position) throws IOException {
    long end = channel.size();
    return new InputStream() {
      private long at = position;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        int most = (int) Math.min(length, end - at);
        if (most <= 0) {
          return length == 0 ? 0 : -1;
        }
        int count = channel.read(ByteBuffer.wrap(target, offset, most), at);
        at += Math.max(0, count);
        return count;
      }
    };
  }

  /** Ends an incomplete last line, left by a process that was killed while writing it. */
  public void endLastLine() throws IOException {
    long size = channel.size();
    if (size > 0) {
      ByteBuffer last = ByteBuffer.allocate(1);
      channel.read(last, size - 1);
      if (last.get(0) != '\n') {
        write(List.of(new byte[] {'\n'}));
      }
    }
  }

  /**
   * Adds a line that is written with the next {@link #append}, or when many lines are pending.
   *
   * @throws IOException if it cannot be written
   */
  public void appendLater(byte[] line) throws IOException {
    synchronized (this) {
      if (waiting.size() < MOST_WAITING) {
        waiting.add(line);
        appended++;
        return;
      }
    }
    append(line);
  }

  /**
   * Adds a line and waits until it is on the disk. Lines of several threads share one write.
   *
   * @throws IOException if it cannot be written; no further line can then be added
   */
  public void append(byte[] line) throws IOException {
    List<byte[]> batch = batchFrom(line);
    if (batch.isEmpty()) {
      return;
    }
    IOException failed = null;
    try {
      write(batch);
      channel.force(false);
    } catch (IOException e) {
      long bytes = batch.stream().mapToLong(each -> each.length).sum();
      failed = DiskFull.explain(e, path, "the journal", bytes);
    }
    end(batch.size(), failed);
    if (failed != null) {
      throw failed;
    }
  }

  /**
   * All pending lines, which the calling thread must write, as no other thread is writing.
   *
   * @return an empty list if another thread has already written the line
   */
  private synchronized List<byte[]> batchFrom(byte[] line) throws IOException {
    waiting.add(line);
    long own = ++appended;
    try {
      while (synced < own && syncing) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
    if (synced >= own) {
      return List.of();
    }
    syncing = true;
    List<byte[]> batch = List.copyOf(waiting);
    waiting.clear();
    return batch;
  }

  private synchronized void end(int lines, @Nullable IOException failed) {
    failure = failed;
    synced += lines;
    syncing = false;
    notifyAll();
  }

  private void write(List<byte[]> lines) throws IOException {
    long at = channel.size();
    boolean afterTorn = torn;
    torn = true; // until everything is written
    for (byte[] line : lines) {
      at += write(afterTorn ? new byte[] {'\n'} : new byte[0], at);
      afterTorn = false;
      at += write(line, at);
    }
    torn = false;
  }

  private int write(byte[] line, long position) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(line);
    while (bytes.hasRemaining()) {
      channel.write(bytes, position + bytes.position());
    }
    return line.length;
  }

  @Override
  public void close() throws IOException {
    if (lock != null) {
      lock.close();
    }
    channel.close();
  }
}
