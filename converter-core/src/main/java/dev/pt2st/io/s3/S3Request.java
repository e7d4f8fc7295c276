package dev.pt2st.io.s3;

import dev.pt2st.ResourceName;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request for an object or a bucket, before its server and signature are chosen.
 *
 * @param name the name in messages
 * @param query encoded; empty for none
 * @param body null for none
 * @param purpose decides what a response means
 */
record S3Request(
    String method,
    S3Address address,
    ResourceName name,
    String query,
    Map<String, String> headers,
    @Nullable ByteBuffer body,
    Purpose purpose) {
  /** The purpose of a request. */
  enum Purpose {
    READ,
    LIST,
    /** Writing, even if the object exists. */
    WRITE,
    /** Writing, only if the object does not exist. */
    CREATE,
    /** Undoing an upload. */
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

  /** The request goes to the bucket; messages still name the listed address. */
  S3Request ofBucket() {
    return new S3Request(method, address.at(""), name, query, headers, body, purpose);
  }
}
