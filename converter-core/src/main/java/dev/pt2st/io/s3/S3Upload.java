package dev.pt2st.io.s3;

import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.io.source.Upload;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The sequence of an upload; the two kinds of uploads decide what is sent when. */
abstract class S3Upload implements Upload {
  /**
   * Objects up to this size are sent in one request; larger ones have parts of at least this size.
   * In bytes.
   */
  static final int PART = 16 << 20;

  private static final long MOST_PARTS = 10_000;
  private static final long LARGEST_PART = 1 << 30;

  private enum State {
    OPEN,
    FINISHED,
    COMMITTED,
    CLOSED
  }

  private final UploadTarget target;
  private final long size;
  private long written;
  private volatile State state = State.OPEN;

  S3Upload(UploadTarget target, long size) {
    this.target = target;
    this.size = size;
  }

  static Upload begin(UploadTarget target, long size) throws IOException {
    long part = Math.max(PART, Math.ceilDiv(size, MOST_PARTS));
    if (part > LARGEST_PART) {
      throw new SourceException(target.name(), Reason.REFUSED, "no object can be so large");
    }
    target.checkFree();
    return size <= PART
        ? new SingleUpload(target, (int) size)
        : MultipartUpload.begin(target, size, (int) part);
  }

  final UploadTarget target() {
    return target;
  }

  @Override
  public final void write(ByteBuffer piece, long offset) throws IOException {
    check(State.OPEN);
    if (offset != written || piece.remaining() > size - written) {
      throw new IllegalArgumentException("Pieces come in order and make up the whole");
    }
    written += piece.remaining();
    take(piece);
  }

  @Override
  public final void finish() throws IOException {
    check(State.OPEN);
    if (written != size) {
      throw new IllegalStateException("Not all of it is written");
    }
    flush();
    state = State.FINISHED;
  }

  @Override
  public final synchronized void commit() throws IOException {
    check(State.FINISHED);
    target.complete(this::complete);
    state = State.COMMITTED;
  }

  private void check(State wanted) {
    if (state != wanted) {
      throw new IllegalStateException("The upload is " + state);
    }
  }

  /** May be called by a thread other than the writer's, such as a shutdown hook. */
  @Override
  public final synchronized void close() throws IOException {
    if (state == State.COMMITTED || state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    // The interrupt that ends the work must not end the clean-up.
    boolean interrupted = Thread.interrupted();
    try {
      abort();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Takes the next bytes: all that remain of a buffer, which the caller may reuse afterwards. */
  abstract void take(ByteBuffer piece) throws IOException;

  /** Sends all that can be sent before the object becomes visible. */
  abstract void flush() throws IOException;

  /** Makes the object visible. */
  abstract void complete() throws IOException;

  /** Undoes what was sent. */
  abstract void abort() throws IOException;
}
