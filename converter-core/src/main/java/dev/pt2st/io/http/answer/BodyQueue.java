package dev.pt2st.io.http.answer;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A body that is pulled: the next piece is requested only after the last one was taken. So nothing
 * piles up, and a silent server is noticed.
 */
public final class BodyQueue implements BodySubscriber<BodyQueue> {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<ByteBuffer> pieces = new ArrayDeque<>();
  private Flow.@Nullable Subscription subscription;
  private @Nullable Throwable failure;
  private boolean complete;
  private boolean cancelled;

  /**
   * The next bytes, or null at the end of the body.
   *
   * @throws HttpTimeoutException if none come in time
   */
  public @Nullable ByteBuffer next(long nanos) throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = nanos;
      while (pieces.isEmpty() && failure == null && !complete) {
        if (left <= 0) {
          throw new HttpTimeoutException("stalled");
        }
        left = changed.awaitNanos(left);
      }
      if (failure != null) {
        throw new IOException("The body breaks off", failure);
      }
      ByteBuffer piece = pieces.poll();
      if (pieces.isEmpty() && piece != null && subscription != null && !complete) {
        subscription.request(1);
      }
      return piece;
    } finally {
      lock.unlock();
    }
  }

  /** Cancels the body; the connection is closed if there is more. */
  public void cancel() {
    lock.lock();
    try {
      cancelled = true;
      pieces.clear();
      if (subscription != null) {
        subscription.cancel();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public CompletionStage<BodyQueue> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    lock.lock();
    try {
      if (subscription != null || cancelled) {
        given.cancel();
        return;
      }
      subscription = given;
    } finally {
      lock.unlock();
    }
    given.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> given) {
    lock.lock();
    try {
      boolean any = false;
      if (!cancelled) {
        for (ByteBuffer piece : given) {
          if (piece.hasRemaining()) {
            pieces.add(piece);
            any = true;
          }
        }
      }
      if (any) {
        changed.signalAll();
      } else if (subscription != null && !cancelled) {
        subscription.request(1);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onError(Throwable thrown) {
    lock.lock();
    try {
      failure = thrown;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onComplete() {
    lock.lock();
    try {
      complete = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
