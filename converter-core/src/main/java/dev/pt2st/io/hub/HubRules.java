package dev.pt2st.io.hub;

import dev.pt2st.ResourceName;
import dev.pt2st.io.http.answer.HttpAnswer;
import dev.pt2st.io.http.answer.StatusRules;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;

/** Messages for the Hub's error codes. */
record HubRules(HubToken token) implements StatusRules {
  @Override
  public SourceException failure(ResourceName source, HttpAnswer answer) {
    String code = answer.header("X-Error-Code").orElse("");
    String message = answer.header("X-Error-Message").orElse("");
    return switch (code) {
      case "GatedRepo" ->
          new SourceException(
              source,
              Reason.GATED,
              "its owner gives access only to users who have asked for it; ask on the page of the"
                  + " model"
                  + (token.exists()
                      ? ", with the account of the token from " + token.from()
                      : ", and set HF_TOKEN"));
      case "RepoNotFound" ->
          new SourceException(
              source,
              Reason.MISSING,
              "there is no such model on the Hub, or it is private and "
                  + (token.exists()
                      ? "the token from " + token.from() + " does not open it"
                      : "no token is set (HF_TOKEN)"));
      case "RevisionNotFound" ->
          new SourceException(source, Reason.MISSING, "the model has no such revision");
      case "EntryNotFound" ->
          new SourceException(source, Reason.MISSING, "the model has no such file");
      default -> byStatus(source, answer, message);
    };
  }

  private SourceException byStatus(ResourceName source, HttpAnswer answer, String message) {
    if (message.equals("Access to this resource is disabled.")) {
      return new SourceException(
          source, Reason.NOT_ALLOWED, "the Hub has disabled access to this model");
    }
    return switch (answer.status()) {
      case 401, 403 ->
          new SourceException(
              source,
              Reason.NOT_ALLOWED,
              token.exists()
                  ? "the Hub does not accept the token from "
                      + token.from()
                      + " for it ("
                      + answer.status()
                      + ")"
                  : "the Hub wants a token for it (HF_TOKEN)");
      case 429 ->
          new SourceException(
              source,
              Reason.RATE_LIMITED,
              "the Hub asks for fewer requests"
                  + (token.exists() ? "; try later" : "; try later, or set HF_TOKEN"));
      default -> StatusRules.super.failure(source, answer);
    };
  }
}
