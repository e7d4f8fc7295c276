package dev.pt2st.io.remote;

import dev.pt2st.ResourceName;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.http.HttpSession;
import dev.pt2st.io.http.HttpSettings;
import dev.pt2st.io.http.HttpStore;
import dev.pt2st.io.http.ShownAddress;
import dev.pt2st.io.http.Traffic;
import dev.pt2st.io.http.answer.WholeFileListener;
import dev.pt2st.io.hub.HubSettings;
import dev.pt2st.io.hub.HubStore;
import dev.pt2st.io.s3.OtherClouds;
import dev.pt2st.io.s3.S3Options;
import dev.pt2st.io.s3.S3Settings;
import dev.pt2st.io.s3.S3Store;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.io.source.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The stores of a run, by the schemes of their addresses. Each is made when an address first names
 * it. Before that no variable and no token file is read, and no connection is opened.
 */
public final class RemoteStores implements AutoCloseable {
  private final HttpSettings settings;
  private final Traffic traffic;
  private final Map<String, String> environment;
  private final Path home;
  private final ScratchFolder scratch;
  private final WholeFileListener listener;
  private final S3Options s3;
  private final Map<String, Store> stores = new HashMap<>();
  private @Nullable HttpSession session;

  /**
   * Makes no store yet.
   *
   * @param environment the variables for tokens, endpoints, caches and proxies
   * @param home the user's home directory
   * @param scratch where a file is kept that must be fetched as a whole
   * @param listener is notified before that
   * @param s3 the user's options for S3 in addition to the environment
   */
  public RemoteStores(
      HttpSettings settings,
      Traffic traffic,
      Map<String, String> environment,
      Path home,
      ScratchFolder scratch,
      WholeFileListener listener,
      S3Options s3) {
    this.settings = settings;
    this.traffic = traffic;
    this.environment = environment;
    this.home = home;
    this.scratch = scratch;
    this.listener = listener;
    this.s3 = s3;
  }

  /** The same with the S3 settings of the environment. */
  public RemoteStores(
      HttpSettings settings,
      Traffic traffic,
      Map<String, String> environment,
      Path home,
      ScratchFolder scratch,
      WholeFileListener listener) {
    this(settings, traffic, environment, home, scratch, listener, S3Options.STANDARD);
  }

  /** The same with the environment of this process. */
  public static RemoteStores ofProcess(
      HttpSettings settings, Traffic traffic, ScratchFolder scratch, WholeFileListener listener) {
    return new RemoteStores(
        settings,
        traffic,
        System.getenv(),
        Path.of(System.getProperty("user.home", "")),
        scratch,
        listener);
  }

  /**
   * The store for an address, which is closed with this object.
   *
   * @throws SourceException if there is none for its scheme
   * @throws IOException if a variable of the environment is malformed
   */
  public synchronized Store store(String uri) throws IOException {
    String scheme =
        ResourceName.isAddress(uri)
            ? uri.substring(0, uri.indexOf(':')).toLowerCase(Locale.ROOT)
            : "";
    Store store = stores.get(scheme);
    if (store == null) {
      store = make(scheme, uri);
      stores.put(scheme, store);
    }
    return store;
  }

  private Store make(String scheme, String uri) throws IOException {
    return switch (scheme) {
      case "hf" -> new HubStore(session(), HubSettings.of(environment, home));
      case "https", "http" -> new HttpStore(session(), scratch, listener);
      case "s3" -> new S3Store(session(), S3Settings.of(environment, home, s3));
      default ->
          throw OtherClouds.refusal(uri)
              .orElseGet(() ->
                  new SourceException(
                      ShownAddress.of(uri),
                      Reason.REFUSED,
                      scheme.equals("file")
                          ? "a file on this disk is named by its path, without file://"
                          : "this is not an address that is read; there are hf://, s3:// and https://"
                              + " addresses"));
    };
  }

  private HttpSession session() throws IOException {
    HttpSession made = session;
    if (made == null) {
      made = new HttpSession(settings, traffic, environment);
      session = made;
    }
    return made;
  }

  /** What was sent and received so far. */
  public Traffic traffic() {
    return traffic;
  }

  @Override
  public synchronized void close() throws IOException {
    for (Store store : stores.values()) {
      store.close();
    }
    if (session != null) {
      session.close();
    }
  }
}
