package dev.pt2st.io.http;

import dev.pt2st.ResourceName;
import dev.pt2st.io.http.answer.HttpAnswer;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.net.URI;
import java.net.URISyntaxException;

/** The targets of redirects, and the rules for following them. */
public final class Redirects {
  /** How many are followed for one request. */
  static final int MOST = 5;

  private static final int LONGEST = 8 << 10;

  private Redirects() {}

  /** Whether a status is a redirect. */
  public static boolean isRedirect(int status) {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  /**
   * The address in a redirect.
   *
   * @throws SourceException if there is none that can be followed
   */
  public static URI target(ResourceName source, HttpAnswer answer) throws SourceException {
    String text = answer.header("Location").orElse("");
    if (text.isEmpty() || text.length() > LONGEST) {
      throw refused(source, "the server leads to an address that cannot be read");
    }
    return resolve(source, answer.uri(), text);
  }

  /**
   * Resolves an address from a server, which may be relative.
   *
   * @throws SourceException if it is not an address of a web server, or contains a user name or a
   *     password
   */
  public static URI resolve(ResourceName source, URI base, String text) throws SourceException {
    URI target;
    try {
      target = base.resolve(new URI(text));
      Origin.of(target);
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw refused(source, "the server leads to an address that cannot be read");
    }
    if (target.getRawUserInfo() != null) {
      throw refused(source, "the server leads to an address with a password in it");
    }
    return target;
  }

  /** Refuses an address at which the request would lose its protection. */
  static void check(ResourceName source, NamedServer named, Origin target) throws SourceException {
    if (target.isEncrypted()) {
      return;
    }
    if (named.origin().isEncrypted()) {
      throw refused(
          source, "the server leads from an encrypted connection to one that is not encrypted");
    }
    if (!named.plainAllowed() && !AddressGuard.isLocalName(target.host())) {
      throw refused(
          source,
          "the connection to "
              + target
              + " is not encrypted; use https:// or name the server as an"
              + " endpoint");
    }
  }

  private static SourceException refused(ResourceName source, String what) {
    return new SourceException(source, Reason.REFUSED, what);
  }
}
