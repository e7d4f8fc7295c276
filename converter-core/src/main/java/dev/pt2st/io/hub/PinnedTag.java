package dev.pt2st.io.hub;

import dev.pt2st.ResourceName;
import dev.pt2st.io.http.answer.AnswerCheck;
import dev.pt2st.io.http.answer.FaultyAnswerException;
import dev.pt2st.io.http.answer.HttpAnswer;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Checks that all responses of one address have the entity tag of the first. The store behind the
 * Hub has tags of its own, so they are not compared with the Hub's. Only the size is, and the
 * address itself identifies the content.
 */
final class PinnedTag implements AnswerCheck {
  private final ResourceName name;
  private final AtomicReference<@Nullable String> first = new AtomicReference<>();

  PinnedTag(ResourceName name) {
    this.name = name;
  }

  @Override
  public void check(HttpAnswer answer) throws IOException {
    String tag = HubTag.plain(answer.header("ETag").orElse(""));
    first.compareAndSet(null, tag);
    String pinned = first.get();
    if (tag.equals(pinned)) {
      return;
    }
    if (tag.isEmpty()) {
      throw new FaultyAnswerException("the server does not say which version it sends");
    }
    throw new SourceException(
        name, Reason.CHANGED, "it has been replaced while it was read; start again");
  }
}
