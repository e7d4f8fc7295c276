package dev.pt2st.io.s3;

import dev.pt2st.ResourceName;
import dev.pt2st.io.http.answer.AnswerCheck;
import dev.pt2st.io.http.answer.FaultyAnswerException;
import dev.pt2st.io.http.answer.HttpAnswer;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.util.Map;
import java.util.TreeMap;

/**
 * The properties of an S3 object.
 *
 * @param size in bytes
 * @param etag its entity tag, as it was sent
 * @param metadata its metadata, by name without the prefix of the headers
 */
record S3Object(long size, String etag, Map<String, String> metadata) {
  static final String METADATA = "x-amz-meta-";

  private static final int LONGEST_TAG = 1024;

  /**
   * Reads the headers of a response.
   *
   * @throws SourceException if they are incomplete
   */
  static S3Object of(ResourceName name, HttpAnswer answer) throws SourceException {
    long size = answer.number("Content-Length").orElse(-1);
    if (size < 0) {
      throw new SourceException(name, Reason.UNREADABLE, "the server does not say how large it is");
    }
    String etag = answer.header("ETag").orElse("").strip();
    boolean plain = etag.chars().allMatch(c -> c > ' ' && c < 0x7f);
    // A weak tag is not suitable for ranges.
    if (etag.isEmpty() || etag.startsWith("W/") || etag.length() > LONGEST_TAG || !plain) {
      throw new SourceException(
          name,
          Reason.UNREADABLE,
          "the server gives no entity tag by which versions can be told apart");
    }
    Map<String, String> metadata = new TreeMap<>();
    answer
        .headersFrom(METADATA)
        .forEach((header, value) -> metadata.put(header.substring(METADATA.length()), value));
    return new S3Object(size, etag, metadata);
  }

  /** Refuses every response of another version, whether or not the server checks the tag itself. */
  AnswerCheck sameVersion(ResourceName name) {
    return answer -> {
      String other = answer.header("ETag").orElse("").strip();
      if (other.isEmpty()) {
        throw new FaultyAnswerException("the server does not say which version it sends");
      }
      if (!other.equals(etag)) {
        throw new SourceException(
            name, Reason.CHANGED, "it has been replaced while it was read; start again");
      }
    };
  }
}
