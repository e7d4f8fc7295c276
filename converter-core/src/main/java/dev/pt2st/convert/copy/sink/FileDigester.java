package dev.pt2st.convert.copy.sink;

import dev.pt2st.convert.plan.OutputDigests.FileDigest;
import dev.pt2st.convert.plan.Plan.PlannedFile;
import dev.pt2st.convert.plan.Plan.PlannedTensor;
import dev.pt2st.text.Sha256;
import dev.pt2st.work.OrderedTurns;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes the SHA-256 of an output file, and of each tensor in it, while the file is written. Each
 * thread adds a piece of the file, and waits until everything before that piece has been added. The
 * digests of the file and of its tensors take separate turns, so that one thread can work on the
 * file's digest while another works on a tensor's.
 *
 * <p>There is no deadlock, as pieces are begun in the order of the file: the thread with the first
 * missing piece never waits. If a thread fails, {@link #abort} releases all others.
 */
public final class FileDigester {
  private final String name;
  private final PlannedFile file;
  private final long headerBytes;
  private final MessageDigest whole = Sha256.start();
  private final OrderedTurns wholeTurns;
  private final MessageDigest tensor = Sha256.start();
  private final OrderedTurns tensorTurns;
  private final List<String> tensors = new ArrayList<>();

  /**
   * @param name of the file, without a folder
   */
  FileDigester(String name, PlannedFile file) {
    this.name = name;
    this.file = file;
    this.headerBytes = file.header().size();
    this.wholeTurns = new OrderedTurns(headerBytes);
    this.tensorTurns = new OrderedTurns(headerBytes);
    whole.update(file.header().bytes());
  }

  /**
   * Adds a piece of the data; the buffer's position and limit do not change.
   *
   * @param position of the piece in the file
   */
  void add(ByteBuffer piece, long position, ThreadBuffers buffers) {
    byte[] bytes = buffers.array();
    ByteBuffer rest = piece.duplicate();
    long at = position;
    while (rest.hasRemaining()) {
      int length = Math.min(bytes.length, rest.remaining());
      rest.get(bytes, 0, length);
      if (!wholeTurns.await(at)) {
        return;
      }
      whole.update(bytes, 0, length);
      wholeTurns.done(at + length);
      if (!tensorTurns.await(at)) {
        return;
      }
      addToTensors(bytes, length, at - headerBytes);
      tensorTurns.done(at + length);
      at += length;
    }
  }

  /** Splits bytes at the ends of tensors; an empty tensor ends where it begins. */
  private void addToTensors(byte[] bytes, int length, long position) {
    int taken = 0;
    while (taken < length) {
      long end = endOfTensor();
      if (end <= position + taken) {
        endTensor();
        continue;
      }
      int count = (int) Math.min(length - taken, end - position - taken);
      tensor.update(bytes, taken, count);
      taken += count;
    }
  }

  private long endOfTensor() {
    PlannedTensor current = file.tensors().get(tensors.size());
    return current.info().end();
  }

  private void endTensor() {
    tensors.add(Sha256.hex(tensor));
  }

  /** Releases all threads that wait for a piece that will not come. */
  public void abort() {
    wholeTurns.abort();
    tensorTurns.abort();
  }

  /**
   * The digests, when all pieces have been added.
   *
   * @throws IllegalStateException if some have not been added
   */
  FileDigest finish() {
    if (!wholeTurns.isAt(file.fileBytes()) || !tensorTurns.isAt(file.fileBytes())) {
      throw new IllegalStateException("a part of the file was not summed up");
    }
    while (tensors.size() < file.tensors().size()) {
      endTensor();
    }
    return new FileDigest(name, file.fileBytes(), Sha256.hex(whole), tensors);
  }
}
