package dev.pt2st.io.s3;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Uploads a small object, which one request sends and makes visible. */
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
    bytes.flip(); // everything is sent at once
  }

  @Override
  void complete() throws IOException {
    S3Request request =
        target().conditional(target().described(target().request("PUT", ""))).body(bytes);
    target().client().send(request, MultipartUpload.SHORT);
  }

  @Override
  void abort() {
    // Nothing was sent.
  }
}
