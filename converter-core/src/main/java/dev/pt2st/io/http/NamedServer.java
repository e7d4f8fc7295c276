package dev.pt2st.io.http;

import java.net.URI;

/**
 * The server that the user named. Credentials are sent there and nowhere else. Addresses elsewhere
 * that it gives are followed only as {@link HttpSession} describes.
 *
 * @param origin the server
 * @param plainAllowed whether the user allows unencrypted connections; to this machine they are
 *     always allowed
 */
public record NamedServer(Origin origin, boolean plainAllowed) {
  /** The server of an address that a user gave. */
  public static NamedServer of(URI uri) {
    return new NamedServer(Origin.of(uri), false);
  }

  /** The server of an endpoint that was set explicitly, whose scheme is thus intended. */
  public static NamedServer ofEndpoint(URI uri) {
    return new NamedServer(Origin.of(uri), true);
  }
}
