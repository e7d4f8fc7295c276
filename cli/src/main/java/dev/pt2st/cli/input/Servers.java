package dev.pt2st.cli.input;

import dev.pt2st.ByteCount;
import dev.pt2st.IfExists;
import dev.pt2st.ResourceName;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.io.Input;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.http.HttpSettings;
import dev.pt2st.io.http.HttpStore;
import dev.pt2st.io.http.Traffic;
import dev.pt2st.io.remote.RemoteStores;
import dev.pt2st.io.s3.S3Options;
import dev.pt2st.io.source.FetchListener;
import dev.pt2st.io.source.FetchOptions;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.io.source.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * The stores behind the addresses of a command. It is created for the first address, and only then
 * is network code loaded.
 */
final class Servers implements AutoCloseable {
  /** Fetches up to this size, in bytes, are not announced. */
  private static final long WORTH_A_WORD = 16 << 20;

  private static final S3Options ANONYMOUS =
      new S3Options(null, null, null, S3Options.Addressing.AUTO, S3Options.Signing.ANONYMOUS);

  private final Terminal terminal;
  private final boolean quiet;
  private final Traffic traffic;
  private final RemoteStores stores;
  private final FetchOptions fetching;

  Servers(Bounds bounds, ScratchFolder scratch, Terminal terminal, boolean quiet) {
    this.terminal = terminal;
    this.quiet = quiet;
    this.traffic = new Traffic(bounds.requests(), bounds.bytes());
    this.stores =
        new RemoteStores(
            HttpSettings.STANDARD.withConnections(bounds.connections()),
            traffic,
            terminal.environment(),
            Path.of(System.getProperty("user.home", "")),
            scratch,
            this::tellWhole,
            bounds.anonymous() ? ANONYMOUS : S3Options.STANDARD);
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

  Store store(String uri) throws IOException {
    return stores.store(uri);
  }

  OpenInput open(Location.Address address) throws IOException {
    Store store = stores.store(address.uri());
    try {
      return opened(store, address.uri(), "");
    } catch (SourceException e) {
      int mark = address.uri().lastIndexOf('!');
      if (e.reason() != Reason.MISSING || mark < 0 || mark < address.uri().indexOf("://")) {
        throw e;
      }
      return member(store, address.uri(), mark, e);
    }
  }

  /** As on a disk, a file whose own name has an exclamation mark takes precedence. */
  private OpenInput member(Store store, String uri, int last, SourceException missing)
      throws IOException {
    for (int mark = last; mark > 0; mark = uri.lastIndexOf('!', mark - 1)) {
      try {
        return opened(store, uri.substring(0, mark), uri.substring(mark + 1));
      } catch (SourceException e) {
        if (e.reason() != Reason.MISSING) {
          throw e;
        }
      }
    }
    throw missing;
  }

  private OpenInput opened(Store store, String uri, String member) throws IOException {
    RangeSource source = store.open(uri);
    SiblingSources siblings = new SiblingSources(store, source, uri);
    return new OpenInput(
        new Input.Ranged(source, member, fetching, siblings.areKnown() ? siblings : null),
        siblings);
  }

  private void tellWhole(ResourceName name, long size) {
    tell(name + ": its server gives out no parts of it, so all " + shown(size) + " are fetched");
  }

  /**
   * The files of an address.
   *
   * @param looked receives inputs that were opened to check that they are files
   */
  List<Inputs.Listed> list(Location.Address address, Consumer<OpenInput> looked)
      throws IOException {
    Store store = stores.store(address.uri());
    boolean isFile = store instanceof HttpStore;
    if (!isFile && !address.uri().endsWith("/")) {
      try {
        looked.accept(opened(store, address.uri(), ""));
        isFile = true;
      } catch (SourceException e) {
        if (e.reason() != Reason.MISSING && e.reason() != Reason.REFUSED) {
          throw e;
        }
      }
    }
    if (!isFile) {
      return entries(store, address);
    }
    List<Inputs.Listed> files = new ArrayList<>();
    files.add(new Inputs.Listed(address, address.fileName(), -1, ""));
    if (address.scheme().equals("s3")) {
      // In such a store, an object does not hide objects below its name and a slash.
      files.addAll(below(store, address));
    }
    return files;
  }

  private static List<Inputs.Listed> below(Store store, Location.Address address)
      throws IOException {
    try {
      return entries(store, new Location.Address(address.scheme(), address.uri() + "/"));
    } catch (SourceException e) {
      if (e.reason() != Reason.MISSING && e.reason() != Reason.NOT_ALLOWED) {
        throw e;
      }
      return List
          .of(); // without permission to list a bucket, reading an object may still be allowed
    }
  }

  List<Inputs.Listed> listAll(Location.Address address) throws IOException {
    Store store = stores.store(address.uri());
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
              new Location.Address(address.scheme(), entry.uri()),
              entry.path(),
              entry.size(),
              entry.version()));
    }
    return files;
  }

  boolean checkOutputs(List<Location.Address> addresses, String madeFrom, IfExists ifExists)
      throws IOException {
    Store store = stores.store(addresses.getFirst().uri());
    try (Uploads uploads = new Uploads(store, ifExists)) {
      return uploads.check(addresses.stream().map(Location.Address::uri).toList(), madeFrom);
    }
  }

  void upload(List<Inputs.Output> outputs, IfExists ifExists) throws IOException {
    Store store = stores.store(outputs.getFirst().address().uri());
    try (Uploads uploads = new Uploads(store, ifExists)) {
      uploads.send(outputs);
    }
  }

  void tellTraffic(Inputs.TrafficReader reader) {
    if (traffic.requests() > 0) {
      reader.take(traffic.requests(), traffic.downloaded());
    }
  }

  void tellTraffic() {
    if (traffic.requests() > 0) {
      terminal.note(
          String.format(
              Locale.ROOT,
              "pt2st: network: %s, %s received (%,d bytes)%s",
              Units.count(traffic.requests(), "request"),
              shown(traffic.downloaded()),
              traffic.downloaded(),
              traffic.uploaded() == 0 ? "" : ", " + shown(traffic.uploaded()) + " sent"));
    }
  }

  @Override
  public void close() throws IOException {
    stores.close();
  }
}
