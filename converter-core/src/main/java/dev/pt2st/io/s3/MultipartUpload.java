package dev.pt2st.io.s3;

import dev.pt2st.io.aws.PercentCode;
import dev.pt2st.io.http.answer.HttpAnswer;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.io.source.Upload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Uploads a large object: several parts at the same time, then a request that joins them. */
final class MultipartUpload extends S3Upload {
  /** The maximum size of a response without content, in bytes. */
  static final int SHORT = 64 << 10;

  private static final int MOST_BUFFERS = 4;
  private static final long MEMORY = 128 << 20;

  /** How long parts that are being sent may take to come to their end once all is given up. */
  private static final int GRACE_SECONDS = 5;

  /** How long to wait for cancelled requests, which end as soon as they notice. */
  private static final int PATIENCE_SECONDS = 30;

  private final String id;
  private final int partSize;
  private final ExecutorService senders =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("upload-part-", 0).factory());

  /** Unused buffers. A part always returns its buffer, even if it fails. */
  private final BlockingQueue<ByteBuffer> free = new LinkedBlockingQueue<>();

  private final int maxBuffers;
  private int buffers;
  private @Nullable ByteBuffer filling;

  /** The entity tags of the parts in their order; each is set by the thread that sends it. */
  private final List<AtomicReference<String>> tags = new ArrayList<>();

  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** Whether no further part is to be sent. */
  private volatile boolean aborted;

  private MultipartUpload(UploadTarget target, long size, int partSize, String id) {
    super(target, size);
    this.id = id;
    this.partSize = partSize;
    long memory = Math.min(MEMORY, Runtime.getRuntime().maxMemory() / 4);
    this.maxBuffers = Math.clamp(memory / partSize, 1, MOST_BUFFERS);
  }

  static Upload begin(UploadTarget target, long size, int partSize) throws IOException {
    String id =
        target
            .client()
            .xml(
                target.described(target.request("POST", "uploads")),
                "InitiateMultipartUploadResult",
                SHORT)
            .textOf("UploadId")
            .orElse("");
    if (id.isEmpty()) {
      throw new SourceException(
          target.name(), Reason.UNREADABLE, "the server begins an upload without a name for it");
    }
    return new MultipartUpload(target, size, partSize, id);
  }

  private String query() {
    return "uploadId=" + PercentCode.encode(id);
  }

  @Override
  void take(ByteBuffer piece) throws IOException {
    while (piece.hasRemaining()) {
      ByteBuffer buffer = filling;
      if (buffer == null) {
        buffer = buffer();
        filling = buffer;
      }
      int count = Math.min(buffer.remaining(), piece.remaining());
      buffer.put(piece.slice(piece.position(), count));
      piece.position(piece.position() + count);
      if (!buffer.hasRemaining()) {
        send(buffer);
      }
    }
  }

  private ByteBuffer buffer() throws IOException {
    rethrow();
    ByteBuffer buffer = free.poll();
    if (buffer == null && buffers < maxBuffers) {
      buffers++;
      return ByteBuffer.allocate(partSize);
    }
    buffer = buffer == null ? nextFree() : buffer;
    rethrow();
    return buffer.clear();
  }

  private ByteBuffer nextFree() throws ClosedByInterruptException {
    try {
      return free.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    }
  }

  private void send(ByteBuffer buffer) throws IOException {
    filling = null;
    buffer.flip();
    AtomicReference<String> tag = new AtomicReference<>("");
    tags.add(tag);
    int number = tags.size();
    try {
      senders.execute(() -> {
        try {
          if (!aborted) {
            tag.set(sendPart(number, buffer));
          }
        } catch (IOException | RuntimeException | Error e) {
          failure.compareAndSet(null, e);
        } finally {
          free.add(buffer);
        }
      });
    } catch (RejectedExecutionException e) {
      throw new IOException("The upload is closed", e);
    }
  }

  private String sendPart(int number, ByteBuffer buffer) throws IOException {
    S3Request request =
        target().request("PUT", "partNumber=" + number + "&" + query()).body(buffer);
    HttpAnswer answer = target().client().send(request, SHORT);
    String tag = answer.header("ETag").orElse("").strip();
    if (tag.isEmpty() || !tag.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new SourceException(
          target().name(), Reason.UNREADABLE, "the server takes a part and gives no tag for it");
    }
    return tag;
  }

  /** Throws the exception of a part that failed. */
  private void rethrow() throws IOException {
    switch (failure.get()) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new AssertionError(e); // parts throw no other kind
    }
  }

  @Override
  void flush() throws IOException {
    if (filling != null) {
      send(filling);
    }
    for (int i = 0; i < buffers; i++) {
      nextFree();
    }
    rethrow();
    senders.shutdown();
  }

  @Override
  void complete() throws IOException {
    target().checkFree(); // for servers that do not support the condition
    StringBuilder parts =
        new StringBuilder(
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
    for (int i = 0; i < tags.size(); i++) {
      String tag = tags.get(i).get().replace("&", "&amp;").replace("<", "&lt;");
      parts.append("<Part><PartNumber>").append(i + 1).append("</PartNumber><ETag>");
      parts.append(tag.replace(">", "&gt;").replace("\"", "&quot;")).append("</ETag></Part>");
    }
    byte[] body =
        parts.append("</CompleteMultipartUpload>").toString().getBytes(StandardCharsets.UTF_8);
    S3Request request =
        target()
            .conditional(target().request("POST", query()))
            .header("content-type", "application/xml")
            .body(ByteBuffer.wrap(body));
    target().client().xml(request, "CompleteMultipartUploadResult", SHORT);
  }

  /**
   * Waits for the parts that are being sent, as S3 may keep one that comes to its end after the
   * upload was given up. A cancelled request is no sign: the store may have all of its bytes.
   */
  @Override
  void abort() throws IOException {
    aborted = true;
    senders.shutdown();
    try {
      if (!senders.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
        senders.shutdownNow();
        if (!senders.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          throw leftBehind("requests do not end");
        }
      }
    } catch (InterruptedException e) {
      senders.shutdownNow();
      Thread.currentThread().interrupt();
    }
    try {
      target().client().send(target().abort(query()), SHORT);
    } catch (SourceException e) {
      if (e.reason() != Reason.MISSING) {
        String message = String.valueOf(e.getMessage());
        throw leftBehind(message.substring(message.indexOf(": ") + 2));
      }
    }
  }

  private SourceException leftBehind(String why) {
    return new SourceException(
        target().name(),
        Reason.UNREADABLE,
        "parts of an upload that was given up are still there, and cost until they are removed; see"
            + " \"aws s3api list-multipart-uploads\" ("
            + why
            + ")");
  }
}
