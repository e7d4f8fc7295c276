package dev.pt2st.cli.input;

import dev.pt2st.ByteCount;
import dev.pt2st.ResourceName;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.io.FetchListener;
import dev.pt2st.io.FetchOptions;
import dev.pt2st.io.Input;
import dev.pt2st.io.RangeSource;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.SourceException;
import dev.pt2st.io.SourceException.Reason;
import dev.pt2st.io.Store;
import dev.pt2st.io.http.HttpSession;
import dev.pt2st.io.http.HttpSettings;
import dev.pt2st.io.http.HttpStore;
import dev.pt2st.io.http.Traffic;
import dev.pt2st.io.hub.HubSettings;
import dev.pt2st.io.hub.HubStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one place that knows which addresses there are and who serves them. It is made for the first
 * address of a command, and loads all that has to do with the network.
 */
final class Servers implements AutoCloseable {
  /** What is smaller is fetched without a word. */
  private static final long WORTH_A_WORD = 16 << 20;

  private final Terminal terminal;
  private final boolean quiet;
  private final Map<String, String> environment;
  private final Traffic traffic;
  private final HttpSession session;
  private final FetchOptions fetching;
  private @Nullable Store hub;

  Servers(Bounds bounds, Terminal terminal, boolean quiet) throws IOException {
    this.terminal = terminal;
    this.quiet = quiet;
    this.environment = terminal.environment();
    this.traffic = new Traffic(bounds.requests(), bounds.bytes());
    this.session =
        new HttpSession(
            HttpSettings.STANDARD.withConnections(bounds.connections()), traffic, environment);
    this.fetching =
        FetchOptions.STANDARD
            .withConnections(bounds.connections())
            .withListener(
                new FetchListener() {
                  @Override
                  public void needsAll(ResourceName source, long bytes) {
                    if (bytes >= WORTH_A_WORD) {
                      tell(source + ": all of it is needed, so " + shown(bytes) + " are fetched");
                    }
                  }
                });
  }

  private static String shown(long bytes) {
    return ByteCount.shown(bytes);
  }

  private void tell(String note) {
    if (!quiet) {
      terminal.note("pt2st: " + note);
    }
  }

  OpenInput open(Location.Address address, ScratchFolder scratch) throws IOException {
    Store store = store(address, scratch);
    try {
      return opened(store.open(address.uri()), "");
    } catch (SourceException e) {
      int mark = address.uri().lastIndexOf('!');
      if (e.reason() != Reason.MISSING || mark < 0 || mark < address.uri().indexOf("://")) {
        throw e;
      }
      return member(store, address.uri(), mark, e);
    }
  }

  /** As on a disk, a file whose own name has an exclamation mark comes first. */
  private OpenInput member(Store store, String uri, int last, SourceException missing)
      throws IOException {
    for (int mark = last; mark > 0; mark = uri.lastIndexOf('!', mark - 1)) {
      try {
        return opened(store.open(uri.substring(0, mark)), uri.substring(mark + 1));
      } catch (SourceException e) {
        if (e.reason() != Reason.MISSING) {
          throw e;
        }
      }
    }
    throw missing;
  }

  private OpenInput opened(RangeSource source, String member) {
    return new OpenInput(new Input.Ranged(source, member, fetching), source::close);
  }

  private Store store(Location.Address address, ScratchFolder scratch) throws IOException {
    return switch (address.scheme()) {
      case "hf" -> hub();
      case "http", "https" ->
          new HttpStore(
              session,
              scratch,
              (name, size) ->
                  tell(
                      name
                          + ": its server gives out no parts of it, so all "
                          + shown(size)
                          + " are fetched"));
      default -> throw new SourceException(address.name(), Reason.REFUSED, notRead(address));
    };
  }

  private static String notRead(Location.Address address) {
    return switch (address.scheme()) {
      case "gs", "az", "abfs", "abfss", "wasb", "wasbs" ->
          "this store is not read by such an address; make a signed URL of the object and name its"
              + " https:// address";
      case "file" -> "a file on this disk is named by its path, without file://";
      default ->
          "this is not an address that is read; there are hf://, s3:// and https:// addresses";
    };
  }

  private synchronized Store hub() throws IOException {
    Store known = hub;
    if (known == null) {
      known =
          new HubStore(
              session, HubSettings.of(environment, Path.of(System.getProperty("user.home"))));
      hub = known;
    }
    return known;
  }

  /**
   * The files that an address stands for.
   *
   * @param looked takes what had to be opened to see that it is a file
   */
  List<Inputs.Listed> list(Location.Address address, Consumer<OpenInput> looked)
      throws IOException {
    Store store = store(address, ScratchFolder.TEMPORARY);
    boolean isFile = store instanceof HttpStore;
    if (!isFile && !address.uri().endsWith("/")) {
      try {
        looked.accept(opened(store.open(address.uri()), ""));
        isFile = true;
      } catch (SourceException e) {
        if (e.reason() != Reason.MISSING && e.reason() != Reason.REFUSED) {
          throw e;
        }
      }
    }
    if (isFile) {
      return List.of(new Inputs.Listed(address, address.fileName(), -1));
    }
    return entries(store, address);
  }

  List<Inputs.Listed> listAll(Location.Address address) throws IOException {
    Store store = store(address, ScratchFolder.TEMPORARY);
    if (store instanceof HttpStore) {
      throw new SourceException(
          address.name(),
          Reason.REFUSED,
          "a web server does not say what files it has; to convert a single one: pt2st convert");
    }
    return entries(store, address);
  }

  private static List<Inputs.Listed> entries(Store store, Location.Address address)
      throws IOException {
    List<Inputs.Listed> files = new ArrayList<>();
    for (Store.Entry entry : store.list(address.uri())) {
      files.add(
          new Inputs.Listed(
              new Location.Address(address.scheme(), entry.uri()), entry.path(), entry.size()));
    }
    return files;
  }

  void tellTraffic() {
    if (traffic.requests() > 0) {
      terminal.note(
          String.format(
              Locale.ROOT,
              "pt2st: network: %s, %s received (%,d bytes)",
              Units.count(traffic.requests(), "request"),
              shown(traffic.downloaded()),
              traffic.downloaded()));
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
