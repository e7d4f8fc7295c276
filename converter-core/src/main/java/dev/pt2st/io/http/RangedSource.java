package dev.pt2st.io.http;

import dev.pt2st.ResourceName;
import dev.pt2st.io.RangeSource;
import dev.pt2st.io.SourceException;
import dev.pt2st.io.SourceException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * An object that a server gives out by ranges. Its address may expire, and is then asked for anew.
 */
public final class RangedSource implements RangeSource {
  /**
   * Where its bytes are at present.
   *
   * @param call a GET of it
   * @param check of each answer; it throws if the answer is of another version
   * @param expires whether another address may help if this one is not allowed any more
   */
  public record Location(HttpCall call, AnswerCheck check, boolean expires) {}

  /** Asks where the bytes are. */
  @FunctionalInterface
  public interface Locator {
    /**
     * Asks anew.
     *
     * @throws SourceException if the object is gone, or has been replaced
     */
    Location locate() throws IOException;
  }

  /** How often a single read asks for a new address. */
  private static final int MOST_NEW = 2;

  private final HttpSession session;
  private final ResourceName name;
  private final long size;
  private final String version;
  private final Locator locator;
  private Location location;

  /**
   * Makes one; it asks nothing by itself.
   *
   * @param first where its bytes are
   * @param locator is asked if an address has expired
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

  /** Another reader may have asked already. */
  private synchronized Location next(Location expired) throws IOException {
    if (location.equals(expired)) {
      location = locator.locate();
    }
    return location;
  }

  @Override
  public void close() {
    // It holds nothing: connections are the session's.
  }
}
