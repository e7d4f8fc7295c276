package dev.pt2st.cli.input;

import dev.pt2st.CheckpointException;
import dev.pt2st.IfExists;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.io.Input;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.source.FetchOptions;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.units.UnitStores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Opens the inputs of one command. As long as all are local, no network code is loaded and no
 * request is sent. Safe for use by several threads.
 */
public final class Inputs implements AutoCloseable {
  private final Bounds bounds;
  private final ScratchFolder scratch;
  private final Terminal terminal;
  private final boolean quiet;

  /** Inputs that were opened to check whether they are files, kept for their reader. */
  private final ConcurrentMap<String, OpenInput> looked = new ConcurrentHashMap<>();

  private @Nullable Servers servers;

  /**
   * Opens nothing yet.
   *
   * @param quiet whether fetching is not reported
   */
  public Inputs(Bounds bounds, Terminal terminal, boolean quiet) {
    this(bounds, ScratchFolder.TEMPORARY, terminal, quiet);
  }

  /**
   * The same with another place for files that must be fetched as a whole.
   *
   * @param scratch a folder with room for them
   */
  public Inputs(Bounds bounds, ScratchFolder scratch, Terminal terminal, boolean quiet) {
    this.bounds = bounds;
    this.scratch = scratch;
    this.terminal = terminal;
    this.quiet = quiet;
  }

  /**
   * Opens an input.
   *
   * @throws IOException if an address is of an unsupported kind, or cannot be opened
   */
  public OpenInput open(Location location) throws IOException {
    // A switch over types is slow to link, and most commands start here.
    if (location instanceof Location.OnDisk file) {
      return new OpenInput(Input.of(file.path()), null);
    }
    Location.Address address = (Location.Address) location;
    OpenInput known = looked.remove(address.uri());
    return known != null ? known : servers().open(address);
  }

  /**
   * Opens an input that may be a remote folder: one sharded model, or one checkpoint of several
   * processes, whose files are fetched before this returns.
   *
   * @param reading how such a folder is read
   * @throws CheckpointException if it is an unsupported kind of checkpoint
   * @throws IOException as {@link #open}, or if the folder is not one model
   */
  public OpenInput openModel(Location location, FolderReading reading)
      throws CheckpointException, IOException {
    if (!(location instanceof Location.Address address) || address.scheme().startsWith("http")) {
      return open(location);
    }
    IOException why = null;
    if (!address.uri().endsWith("/")) {
      try {
        return open(location);
      } catch (SourceException e) {
        if (e.reason() != Reason.MISSING && e.reason() != Reason.REFUSED) {
          throw e;
        }
        why = e;
      }
    }
    List<Listed> files;
    try {
      files = listAll(address);
    } catch (SourceException e) {
      boolean saysNoMore = e.reason() == Reason.MISSING || e.reason() == Reason.NOT_ALLOWED;
      throw why != null && saysNoMore ? why : e;
    }
    if (files.isEmpty()) {
      throw why == null
          ? new SourceException(address.name(), Reason.MISSING, "there is nothing below it")
          : why;
    }
    return new StoredFolder(this, reading, terminal, address).open(files, scratch.directory());
  }

  /**
   * The files of an address: the file itself, or all files below it. No request is sent if the
   * address alone is enough.
   *
   * @throws IOException if they cannot be listed
   */
  public List<Listed> list(Location.Address address) throws IOException {
    OpenInput[] file = new OpenInput[1];
    List<Listed> files = servers().list(address, input -> file[0] = input);
    if (file[0] != null) {
      OpenInput other = looked.put(address.uri(), file[0]);
      if (other != null) {
        other.close(); // the address is named twice
      }
    }
    return files;
  }

  /**
   * The same with sizes, for an address of a store that supports listing.
   *
   * @throws IOException if they cannot be listed
   */
  public List<Listed> listAll(Location.Address address) throws IOException {
    return servers().listAll(address);
  }

  /**
   * A file of an address.
   *
   * @param name the path relative to the address, with slashes; for a file named itself, its file
   *     name
   * @param size in bytes; negative if unknown
   * @param version its entity tag or digest; empty if unknown
   */
  public record Listed(Location.Address address, String name, long size, String version) {
    /** A file of unknown version. */
    public Listed(Location.Address address, String name, long size) {
      this(address, name, size, "");
    }
  }

  /** The stores of addresses, usable while this is open. */
  public UnitStores stores() {
    return uri -> servers().store(uri);
  }

  /** How remote files are fetched. */
  public FetchOptions fetching() {
    return FetchOptions.STANDARD.withConnections(bounds.connections());
  }

  /**
   * A file to be written to a store.
   *
   * @param file the local file
   * @param address where it goes
   * @param sha256 the SHA-256 of its bytes
   * @param madeFrom identifies the input and options that it is made from; empty if there is no
   *     such identity
   */
  public record Output(Path file, Location.Address address, String sha256, String madeFrom) {}

  /**
   * Checks that objects may be written, before any work is done for them.
   *
   * @param madeFrom as in their {@link Output}s
   * @return whether they all exist already and were made from the same
   * @throws IOException if one may not be written, or the store is not writable
   */
  public boolean checkOutputs(List<Location.Address> addresses, String madeFrom, IfExists ifExists)
      throws IOException {
    return servers().checkOutputs(addresses, madeFrom, ifExists);
  }

  /**
   * Writes files to a store. None is visible before all were sent, and the last one becomes visible
   * last.
   *
   * @throws IOException if they cannot be written; then none is visible, unless the store fails
   *     while they are made visible
   */
  public void upload(List<Output> outputs, IfExists ifExists) throws IOException {
    servers().upload(outputs, ifExists);
  }

  private synchronized Servers servers() {
    Servers known = servers;
    if (known == null) {
      known = new Servers(bounds, scratch, terminal, quiet);
      servers = known;
    }
    return known;
  }

  /** Receives the network traffic. */
  @FunctionalInterface
  public interface TrafficReader {
    void take(long requests, long received);
  }

  /** Passes on the numbers of requests and received bytes, if there were any. */
  public synchronized void tellTraffic(TrafficReader reader) {
    if (servers != null) {
      servers.tellTraffic(reader);
    }
  }

  /** Prints the network traffic, if there was any. */
  public synchronized void tellTraffic() {
    if (servers != null && !quiet) {
      terminal.flush();
      servers.tellTraffic();
    }
  }

  /** Prints the network traffic and closes every connection. */
  @Override
  public void close() throws IOException {
    for (OpenInput input : looked.values()) {
      input.close();
    }
    tellTraffic();
    synchronized (this) {
      if (servers != null) {
        servers.close();
        servers = null;
      }
    }
  }
}
