package dev.pt2st.io.http;

import dev.pt2st.ResourceName;
import dev.pt2st.io.http.answer.AnswerCheck;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * An object on a server that supports ranges. Its address may expire and is then requested again.
 */
public final class RangedSource implements RangeSource {
  /**
   * Where its bytes are now.
   *
   * @param call a GET of it
   * @param check the check of each response, which throws if it is of another version
   * @param expires whether a new address may help if access to this one is denied
   */
  public record Location(HttpCall call, AnswerCheck check, boolean expires) {}

  /** Finds where the bytes are. */
  @FunctionalInterface
  public interface Locator {
    /**
     * Requests a new location.
     *
     * @throws SourceException if the object was deleted or replaced
     */
    Location locate() throws IOException;
  }

  /** How many new addresses a single read requests at most. */
  private static final int MOST_NEW = 2;

  private final HttpSession session;
  private final ResourceName name;
  private final long size;
  private final String version;
  private final Locator locator;
  private Location location;

  /**
   * Makes a source, without any request.
   *
   * @param first where its bytes are
   * @param locator gives a new location if an address has expired
   */
  public RangedSource(
      HttpSession session,
      ResourceName name,
      long size,
      String version,
      Location first,
      Locator locator) {
    this.session = session;
    this.name = name;
    this.size = size;
    this.version = version;
    this.location = first;
    this.locator = locator;
  }

  @Override
  public ResourceName name() {
    return name;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    Objects.checkFromIndexSize(offset, target.remaining(), size);
    if (!target.hasRemaining()) {
      return;
    }
    int start = target.position();
    Location at = location();
    for (int asked = 0; ; asked++) {
      try {
        session.read(at.call(), offset, size, target, at.check());
        return;
      } catch (SourceException e) {
        if (e.reason() != Reason.NOT_ALLOWED || !at.expires() || asked == MOST_NEW) {
          throw e;
        }
      }
      target.position(start);
      at = next(at);
    }
  }

  private synchronized Location location() {
    return location;
  }

  /** The next location, which another reader may already have requested. */
  private synchronized Location next(Location expired) throws IOException {
    if (location.equals(expired)) {
      location = locator.locate();
    }
    return location;
  }

  @Override
  public void close() {
    // There is nothing to close: the session owns the connections.
  }
}
