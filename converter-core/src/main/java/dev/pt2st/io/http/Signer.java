package dev.pt2st.io.http;

import java.io.IOException;
import java.net.URI;
import java.util.Map;

/**
 * Adds credentials to a request. It is called before each attempt, so a signature may contain the
 * time, and only if the request goes to the {@link NamedServer} of its call.
 */
@FunctionalInterface
public interface Signer {
  /** Adds nothing. */
  Signer NONE = (method, uri, headers) -> Map.of();

  /**
   * The headers to add.
   *
   * @param method such as {@code GET}
   * @param uri the address of the request
   * @param headers all headers of the call so far, with names in lower case; the client itself adds
   *     {@code Host}, which is the authority of the address, and {@code Content-Length}
   */
  Map<String, String> sign(String method, URI uri, Map<String, String> headers) throws IOException;
}
