package dev.pt2st.convert.copy;

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
 * Takes the SHA-256 of a file of the output, and of each tensor in it, while the file is written.
 * Threads come with pieces of the file, and each waits until all that stands before its piece has
 * been taken. The two digests have turns of their own, so that one thread is at work on the file's
 * while another is at work on a tensor's.
 *
 * <p>Nobody waits forever, as pieces are begun in the order of the file: whoever has the first
 * piece that was not taken yet waits for nobody. If a thread fails, {@link #abort} lets all others
 * go.
 */
final class FileDigester {
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
   * Takes a piece of the data; the buffer is left as it is.
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

  /** Cuts bytes where a tensor ends; one without bytes ends where it begins. */
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

  /** Lets all go that wait for a piece that will not come. */
  void abort() {
    wholeTurns.abort();
    tensorTurns.abort();
  }

  /**
   * The digests, once all pieces have been taken.
   *
   * @throws IllegalStateException if some have not
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
