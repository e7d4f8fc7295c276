package dev.pt2st.convert.copy.sink;

import dev.pt2st.convert.plan.OutputDigests.SourceDigest;
import dev.pt2st.io.MappedFile;
import dev.pt2st.text.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Computes the SHA-256 of the input's files during the copy. A thread that has written a piece of
 * the output digests as much of the input, unless another thread is doing so. A digest needs the
 * bytes of a file in order, which is not the order of the output, so each byte is read twice: once
 * from the disk, and once more from the system's cache.
 */
public final class SourceDigester {
  private final List<Source> sources;
  private final double perByte;
  private final MessageDigest digest = Sha256.start();
  private final List<SourceDigest> done = new ArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final LongAdder written = new LongAdder();
  private long position;
  private long taken;

  /**
   * A file to be read.
   *
   * @param name its name in the result
   */
  record Source(String name, MappedFile file) {}

  /**
   * @param outputBytes how many bytes will be written
   */
  SourceDigester(List<Source> sources, long outputBytes) {
    this.sources = List.copyOf(sources);
    long bytes = 0;
    for (Source source : sources) {
      bytes += source.file.size();
    }
    this.perByte = bytes / (double) Math.max(1, outputBytes);
  }

  /**
   * Digests about as much of the input as has been written of the output.
   *
   * @param bytes how many more bytes have been written
   */
  public void advance(long bytes, ThreadBuffers buffers) throws IOException {
    written.add(bytes);
    if (!lock.tryLock()) {
      return; // the next thread makes up for this one
    }
    try {
      long due = (long) (written.sum() * perByte);
      while (taken < due && done.size() < sources.size()) {
        take(buffers.array());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Digests some bytes of the current file. */
  private void take(byte[] bytes) throws IOException {
    Source source = sources.get(done.size());
    int length = (int) Math.min(bytes.length, source.file.size() - position);
    source.file.read(ByteBuffer.wrap(bytes, 0, length), position);
    digest.update(bytes, 0, length);
    position += length;
    taken += length;
    if (position == source.file.size()) {
      done.add(new SourceDigest(source.name, position, Sha256.hex(digest)));
      position = 0;
    }
  }

  /** Digests the rest and returns the digests. */
  List<SourceDigest> finish(ThreadBuffers buffers) throws IOException {
    lock.lock();
    try {
      while (done.size() < sources.size()) {
        take(buffers.array());
      }
      return List.copyOf(done);
    } finally {
      lock.unlock();
    }
  }
}
