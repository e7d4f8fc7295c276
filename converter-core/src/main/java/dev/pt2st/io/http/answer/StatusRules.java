package dev.pt2st.io.http.answer;

import dev.pt2st.ResourceName;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;

/** What unsuccessful responses of a kind of server mean. */
public interface StatusRules {
  /** The standard meanings of the status codes. */
  StatusRules STANDARD = new StatusRules() {};

  /** Whether a retry may help. A response without a body has an empty one here. */
  default boolean isTransient(HttpAnswer answer) {
    return switch (answer.status()) {
      case 408, 425, 429, 500, 502, 503, 504 -> true;
      default -> false;
    };
  }

  /**
   * The exception for a response after the last attempt.
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
