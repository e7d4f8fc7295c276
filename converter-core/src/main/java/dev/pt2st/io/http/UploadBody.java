package dev.pt2st.io.http;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

/** A body that is sent from a buffer, in pieces and without another copy. */
final class UploadBody implements BodyPublisher {
  private static final int PIECE = 64 << 10;

  private final ByteBuffer bytes;

  UploadBody(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  @Override
  public long contentLength() {
    return bytes.remaining();
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    subscriber.onSubscribe(new Pieces(bytes.duplicate(), subscriber));
  }

  /**
   * Sends as many pieces as were requested; a request from within {@code onNext} only adds to the
   * demand.
   */
  private static final class Pieces implements Flow.Subscription {
    private final ByteBuffer left;
    private final Flow.Subscriber<? super ByteBuffer> subscriber;
    private long wanted;
    private boolean sending;
    private boolean done;

    Pieces(ByteBuffer left, Flow.Subscriber<? super ByteBuffer> subscriber) {
      this.left = left;
      this.subscriber = subscriber;
    }

    @Override
    public void request(long count) {
      synchronized (this) {
        wanted =
            Math.addExact(
                Math.min(wanted, Long.MAX_VALUE / 2), Math.min(count, Long.MAX_VALUE / 2));
        if (sending) {
          return;
        }
        sending = true;
      }
      while (true) {
        ByteBuffer piece;
        synchronized (this) {
          if (done || wanted == 0) {
            sending = false;
            return;
          }
          if (!left.hasRemaining()) {
            done = true;
            sending = false;
            break;
          }
          wanted--;
          piece = left.slice(left.position(), Math.min(PIECE, left.remaining()));
          left.position(left.position() + piece.remaining());
        }
        subscriber.onNext(piece);
      }
      subscriber.onComplete();
    }

    @Override
    public synchronized void cancel() {
      done = true;
    }
  }
}
