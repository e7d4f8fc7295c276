package dev.pt2st.io.http;

import java.net.URI;

/**
 * Where the user sent us. Credentials go there and nowhere else. What a server there names in
 * another place is followed only as far as {@link HttpSession} says.
 *
 * @param origin the server
 * @param plainAllowed whether the user has said that connections without encryption are good; to
 *     this very machine they always are
 */
public record Home(Origin origin, boolean plainAllowed) {
  /** The server of an address that a user gave. */
  public static Home of(URI uri) {
    return new Home(Origin.of(uri), false);
  }

  /** The server of an endpoint that was set on purpose: its scheme is what is wanted. */
  public static Home ofEndpoint(URI uri) {
    return new Home(Origin.of(uri), true);
  }
}
