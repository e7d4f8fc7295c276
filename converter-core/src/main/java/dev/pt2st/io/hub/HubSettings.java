package dev.pt2st.io.hub;

import dev.pt2st.io.http.NamedServer;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The Hub's endpoint, the user's token and the local cache. {@link #of} reads the same variables as
 * {@code huggingface_hub}, with the same defaults.
 *
 * @param endpoint the Hub, without a slash at the end
 * @param token the user's token, or {@link HubToken#NONE}
 * @param cache the folder that contains {@code models--org--name}
 * @param offline whether only the cache may be used
 */
public record HubSettings(URI endpoint, HubToken token, Path cache, boolean offline) {
  private static final String STANDARD_ENDPOINT = "https://huggingface.co";

  /**
   * Reads the environment, and the token file if no variable has a token.
   *
   * @param environment such as {@link System#getenv()}
   * @param home the user's home directory, unless the environment sets another
   * @throws IOException if a variable is malformed or the file cannot be read; no message contains
   *     a token
   */
  public static HubSettings of(Map<String, String> environment, Path home) throws IOException {
    Variables variables = new Variables(environment, home);
    Path caches = variables.path("XDG_CACHE_HOME", variables.home().resolve(".cache"));
    Path hub = variables.path("HF_HOME", caches.resolve("huggingface"));
    Path cache =
        variables.path("HF_HUB_CACHE", variables.path("HUGGINGFACE_HUB_CACHE", hub.resolve("hub")));
    boolean offline =
        variables.isTrue(
            variables.text("HF_HUB_OFFLINE").isEmpty() ? "TRANSFORMERS_OFFLINE" : "HF_HUB_OFFLINE");
    return new HubSettings(endpoint(variables), token(variables, hub), cache, offline);
  }

  private static URI endpoint(Variables variables) throws IOException {
    String text = variables.text("HF_ENDPOINT").replaceAll("/+$", "");
    try {
      URI uri = new URI(text.isEmpty() ? STANDARD_ENDPOINT : text);
      NamedServer.ofEndpoint(uri);
      if (uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException | IllegalArgumentException e) {
      // Reported below without the text, which may contain a password.
    }
    throw new IOException(
        "The environment variable HF_ENDPOINT is not the address of a web server.");
  }

  private static HubToken token(Variables variables, Path hub) throws IOException {
    if (variables.isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
      return HubToken.NONE;
    }
    for (String name : new String[] {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"}) {
      if (!variables.text(name).isEmpty()) {
        HubToken token = HubToken.of(variables.text(name), name);
        if (token.exists()) {
          return token;
        }
        break;
      }
    }
    return HubToken.read(variables.path("HF_TOKEN_PATH", hub.resolve("token")));
  }

  NamedServer hub() {
    return NamedServer.ofEndpoint(endpoint);
  }
}
