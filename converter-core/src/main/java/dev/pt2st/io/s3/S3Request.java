package dev.pt2st.io.s3;

import dev.pt2st.ResourceName;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request for an object or a bucket, without a server and a signature.
 *
 * @param name what messages call it
 * @param query encoded; empty for none
 * @param body null for none
 * @param purpose decides what an answer means
 */
record S3Request(
    String method,
    S3Address address,
    ResourceName name,
    String query,
    Map<String, String> headers,
    @Nullable ByteBuffer body,
    Purpose purpose) {
  /** What a request is for. */
  enum Purpose {
    READ,
    LIST,
    /** Writing, also where something is already. */
    WRITE,
    /** Writing, only if there is nothing. */
    CREATE,
    /** Taking back what was sent. */
    ABORT
  }

  static S3Request of(String method, S3Address address, Purpose purpose) {
    return new S3Request(method, address, address.name(), "", Map.of(), null, purpose);
  }

  S3Request query(String encoded) {
    return new S3Request(method, address, name, encoded, headers, body, purpose);
  }

  S3Request header(String header, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(header, value);
    return headers(more);
  }

  S3Request headers(Map<String, String> all) {
    return new S3Request(method, address, name, query, all, body, purpose);
  }

  S3Request body(ByteBuffer bytes) {
    return new S3Request(method, address, name, query, headers, bytes, purpose);
  }

  /** The bucket is asked, and messages speak of the address that was listed. */
  S3Request ofBucket() {
    return new S3Request(method, address.at(""), name, query, headers, body, purpose);
  }
}
