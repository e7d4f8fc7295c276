package dev.pt2st.io.hub;

import dev.pt2st.ResourceName;
import dev.pt2st.io.http.Redirects;
import dev.pt2st.io.http.answer.HttpAnswer;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;

/**
 * The Hub's headers about a file in the responses on the way to it; the first value of each counts.
 */
final class ResolvedHeaders {
  private String commit = "";
  private String etag = "";
  private long size = -1;

  void add(HttpAnswer answer) {
    if (commit.isEmpty()) {
      String text = answer.header("X-Repo-Commit").orElse("");
      commit = HubAddress.isCommit(text) ? text : "";
    }
    boolean redirect = Redirects.isRedirect(answer.status());
    if (etag.isEmpty()) {
      etag = HubTag.plain(answer.header("X-Linked-ETag").orElse(""));
    }
    if (etag.isEmpty() && !redirect) {
      etag = HubTag.plain(answer.header("ETag").orElse(""));
    }
    if (size < 0) {
      size = answer.number("X-Linked-Size").orElse(-1);
    }
    if (size < 0 && !redirect) {
      size = answer.number("Content-Length").orElse(-1);
    }
  }

  String commit(ResourceName name) throws SourceException {
    return known(name, commit, "of which commit the file is");
  }

  String etag(ResourceName name) throws SourceException {
    return known(name, etag, "which version the file has");
  }

  long size(ResourceName name) throws SourceException {
    known(name, size < 0 ? "" : "known", "how large the file is");
    return size;
  }

  private static String known(ResourceName name, String text, String what) throws SourceException {
    if (text.isEmpty()) {
      throw new SourceException(name, Reason.UNREADABLE, "the Hub does not say " + what);
    }
    return text;
  }
}
