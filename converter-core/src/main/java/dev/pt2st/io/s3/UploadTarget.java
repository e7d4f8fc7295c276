package dev.pt2st.io.s3;

import dev.pt2st.IfExists;
import dev.pt2st.ResourceName;
import dev.pt2st.io.s3.S3Request.Purpose;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The object that an upload makes. Its metadata have a mark of this upload. If the response was
 * lost, an object with the mark shows that the upload succeeded.
 */
final class UploadTarget {
  /** The name of the mark in the metadata. */
  static final String MARK = "pt2st-upload";

  private static final int MOST_METADATA = 2 << 10;

  private final S3Client client;
  private final S3Address address;
  private final IfExists ifExists;
  private final Map<String, String> headers = new TreeMap<>();
  private final String mark = UUID.randomUUID().toString();

  /**
   * Makes a target.
   *
   * @throws IllegalArgumentException if the metadata cannot be written as headers
   */
  UploadTarget(
      S3Client client, S3Address address, IfExists ifExists, Map<String, String> metadata) {
    this.client = client;
    this.address = address;
    this.ifExists = ifExists;
    int length = 0;
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      String name = entry.getKey();
      String value = entry.getValue();
      length += name.length() + value.length();
      boolean good =
          name.matches("[a-z0-9][a-z0-9_-]*")
              && value.matches("[!-~](?:[ -~]*[!-~])?")
              && !name.equals(MARK);
      if (!good || length > MOST_METADATA) {
        throw new IllegalArgumentException("No object can carry the metadata " + name);
      }
      headers.put(S3Object.METADATA + name, value);
    }
    headers.put(S3Object.METADATA + MARK, mark);
  }

  ResourceName name() {
    return address.name();
  }

  S3Client client() {
    return client;
  }

  /** A request that writes the object or a part of it. */
  S3Request request(String method, String query) {
    Purpose purpose = ifExists == IfExists.REFUSE ? Purpose.CREATE : Purpose.WRITE;
    return S3Request.of(method, address, purpose).query(query);
  }

  /** A request that undoes what was sent. */
  S3Request abort(String query) {
    return S3Request.of("DELETE", address, Purpose.ABORT).query(query);
  }

  /** The request with the metadata of the object. */
  S3Request described(S3Request request) {
    return request.headers(headers);
  }

  /** The request with the condition under which the object may be created. */
  S3Request conditional(S3Request request) {
    return ifExists == IfExists.REFUSE ? request.header("if-none-match", "*") : request;
  }

  /**
   * Checks early that the object may be created. Without permission to read the object, this is
   * skipped.
   */
  void checkFree() throws IOException {
    if (ifExists == IfExists.REPLACE) {
      return;
    }
    try {
      client.head(address);
    } catch (SourceException e) {
      if (e.reason() == Reason.MISSING || e.reason() == Reason.NOT_ALLOWED) {
        return;
      }
      throw e;
    }
    throw S3Rules.exists(name());
  }

  /**
   * Runs the last step. If it seems to fail, the object is checked: an earlier attempt may have
   * succeeded without a response.
   */
  void complete(LastStep step) throws IOException {
    try {
      step.run();
    } catch (SourceException e) {
      if (!isOurs()) {
        throw e;
      }
    }
  }

  /** The step that makes the object visible. */
  @FunctionalInterface
  interface LastStep {
    void run() throws IOException;
  }

  private boolean isOurs() throws IOException {
    try {
      return mark.equals(client.head(address).header(S3Object.METADATA + MARK).orElse(""));
    } catch (SourceException e) {
      return false;
    }
  }
}
