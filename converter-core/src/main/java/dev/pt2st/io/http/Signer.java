package dev.pt2st.io.http;

import java.io.IOException;
import java.net.URI;
import java.util.Map;

/**
 * Adds credentials to a request. It is asked before each attempt, so a signature may hold the time,
 * and only if the request goes to the {@link Home} of its call.
 */
@FunctionalInterface
public interface Signer {
  /** Adds nothing. */
  Signer NONE = (method, uri, headers) -> Map.of();

  /**
   * The headers to add.
   *
   * @param method such as {@code GET}
   * @param uri what is asked
   * @param headers all headers that the call has by now, the names in lower case; the client itself
   *     adds {@code Host}, which is the authority of the address, and {@code Content-Length}
   */
  Map<String, String> sign(String method, URI uri, Map<String, String> headers) throws IOException;
}
