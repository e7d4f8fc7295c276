package dev.pt2st.io.http;

import dev.pt2st.ResourceName;
import dev.pt2st.io.http.answer.AnswerCheck;
import dev.pt2st.io.http.answer.FaultyAnswerException;
import dev.pt2st.io.http.answer.HttpAnswer;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.io.IOException;

/**
 * The headers by which a server identifies the version of a file.
 *
 * @param etag as it was sent, with its quotes; empty if there is none
 * @param lastModified as it was sent; empty if there is none
 */
record Validators(String etag, String lastModified) {
  private static final int LONGEST = 1024;

  static Validators of(HttpAnswer answer) {
    return new Validators(text(answer, "ETag"), text(answer, "Last-Modified"));
  }

  private static String text(HttpAnswer answer, String header) {
    String text = answer.header(header).orElse("").strip();
    return text.length() > LONGEST || !text.chars().allMatch(c -> c > 0x1f && c < 0x7f) ? "" : text;
  }

  /** Whether there are any. */
  boolean exist() {
    return !etag.isEmpty() || !lastModified.isEmpty();
  }

  /** Both as one text. */
  String version() {
    return etag.isEmpty() ? lastModified : etag;
  }

  /** Makes the server compare too. By definition, a weak tag is not suitable for that. */
  HttpCall bind(HttpCall call) {
    if (etag.startsWith("\"")) {
      return call.header("If-Match", etag);
    }
    return lastModified.isEmpty() ? call : call.header("If-Unmodified-Since", lastModified);
  }

  /** Compares every response, as servers may ignore conditions. */
  AnswerCheck check(ResourceName source) {
    return answer -> compare(source, of(answer));
  }

  private void compare(ResourceName source, Validators other) throws IOException {
    boolean silent =
        (other.etag.isEmpty() && !etag.isEmpty())
            || (other.lastModified.isEmpty() && etag.isEmpty());
    if (silent) {
      throw new FaultyAnswerException("the server does not say which version it sends");
    }
    boolean same =
        etag.isEmpty() ? lastModified.equals(other.lastModified) : etag.equals(other.etag);
    if (!same) {
      throw new SourceException(
          source, Reason.CHANGED, "it has been replaced while it was read; start again");
    }
  }
}
