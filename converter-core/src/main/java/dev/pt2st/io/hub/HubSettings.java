package dev.pt2st.io.hub;

import dev.pt2st.io.http.Home;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where the Hub is, what it knows the user by, and where files of it lie already. {@link #of} reads
 * the variables that {@code huggingface_hub} reads, with the same defaults.
 *
 * @param endpoint the Hub, without a slash at the end
 * @param token what a user has there, or {@link HubToken#NONE}
 * @param cache the folder with {@code models--org--name}
 * @param offline whether only the cache may be used
 */
public record HubSettings(URI endpoint, HubToken token, Path cache, boolean offline) {
  private static final String STANDARD_ENDPOINT = "https://huggingface.co";

  /**
   * Reads the environment, and the file of the token if no variable has one.
   *
   * @param environment such as {@link System#getenv()}
   * @param home the user's home, unless the environment has another
   * @throws IOException if a variable cannot be understood or the file cannot be read; no message
   *     holds a token
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
      Home.ofEndpoint(uri);
      if (uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException | IllegalArgumentException e) {
      // Said below, and without the text: it may have a password in it.
    }
    throw new IOException("The environment variable HF_ENDPOINT is no address of a web server.");
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

  Home hub() {
    return Home.ofEndpoint(endpoint);
  }
}
