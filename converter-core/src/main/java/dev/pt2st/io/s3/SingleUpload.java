package dev.pt2st.io.s3;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A small object, which is sent and becomes visible by one request. */
final class SingleUpload extends S3Upload {
  private final ByteBuffer bytes;

  SingleUpload(UploadTarget target, int size) {
    super(target, size);
    this.bytes = ByteBuffer.allocate(size);
  }

  @Override
  void take(ByteBuffer piece) {
    bytes.put(piece);
  }

  @Override
  void flush() {
    // It is all sent at once.
  }

  @Override
  void complete() throws IOException {
    S3Request request =
        target().conditional(target().described(target().request("PUT", ""))).body(bytes.flip());
    target().client().send(request, MultipartUpload.SHORT);
  }

  @Override
  void abort() {
    // Nothing was sent.
  }
}
