package dev.pt2st.io.hub;

import dev.pt2st.ResourceName;
import dev.pt2st.io.SourceException;
import dev.pt2st.io.SourceException.Reason;
import dev.pt2st.io.http.AnswerCheck;
import dev.pt2st.io.http.FaultyAnswerException;
import dev.pt2st.io.http.HttpAnswer;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Holds the answers of one address to the tag of the first. The tags of a store behind the Hub are
 * its own, so they are not compared with the Hub's: the size is, and the address is that of a
 * content and no other.
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
