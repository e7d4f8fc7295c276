package dev.pt2st.io.http;

import dev.pt2st.ResourceName;
import dev.pt2st.io.SourceException;
import dev.pt2st.io.SourceException.Reason;

/** What the answers of a kind of server mean that are no success. */
public interface StatusRules {
  /** What the statuses mean by their definition. */
  StatusRules STANDARD = new StatusRules() {};

  /** Whether it is worth to ask again. Of an answer without a body to it, the body is empty. */
  default boolean isTransient(HttpAnswer answer) {
    return switch (answer.status()) {
      case 408, 425, 429, 500, 502, 503, 504 -> true;
      default -> false;
    };
  }

  /**
   * What this answer is to the caller, after the last try.
   *
   * @param source the name for the message
   */
  default SourceException failure(ResourceName source, HttpAnswer answer) {
    int status = answer.status();
    return switch (status) {
      case 401 ->
          new SourceException(source, Reason.NOT_ALLOWED, "the server wants credentials (401)");
      case 403 ->
          new SourceException(source, Reason.NOT_ALLOWED, "the server does not allow it (403)");
      case 404, 410 ->
          new SourceException(
              source, Reason.MISSING, "the server has nothing of that name (" + status + ")");
      case 412, 416 ->
          new SourceException(
              source,
              Reason.CHANGED,
              "it has been replaced while it was read (" + status + "); start again");
      case 429 ->
          new SourceException(
              source, Reason.RATE_LIMITED, "the server asks for fewer requests (429); try later");
      default ->
          new SourceException(source, Reason.UNREADABLE, "the server answers with " + status);
    };
  }
}
