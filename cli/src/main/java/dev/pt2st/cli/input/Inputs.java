package dev.pt2st.cli.input;

import dev.pt2st.CheckpointException;
import dev.pt2st.IfExists;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.io.FetchOptions;
import dev.pt2st.io.Input;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.SourceException;
import dev.pt2st.io.SourceException.Reason;
import dev.pt2st.units.UnitStores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Opens what the inputs of one command are named by. As long as they are all on this disk, nothing
 * of the network is loaded and nothing is asked of it. May be used by many threads.
 */
public final class Inputs implements AutoCloseable {
  private final Bounds bounds;
  private final ScratchFolder scratch;
  private final Terminal terminal;
  private final boolean quiet;

  /** What was opened to see whether it is a file, and is taken by who reads it. */
  private final ConcurrentMap<String, OpenInput> looked = new ConcurrentHashMap<>();

  private @Nullable Servers servers;

  /**
   * Opens nothing yet.
   *
   * @param quiet whether nothing is said of what is fetched
   */
  public Inputs(Bounds bounds, Terminal terminal, boolean quiet) {
    this(bounds, ScratchFolder.TEMPORARY, terminal, quiet);
  }

  /**
   * The same with another place for a file that its server gives out as a whole alone.
   *
   * @param scratch there is room for it
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
   * @throws IOException if an address is of no kind that is read, or cannot be opened
   */
  public OpenInput open(Location location) throws IOException {
    // A switch over types takes a while to be linked, and most commands begin here.
    if (location instanceof Location.OnDisk file) {
      return new OpenInput(Input.of(file.path()), null);
    }
    Location.Address address = (Location.Address) location;
    OpenInput known = looked.remove(address.uri());
    return known != null ? known : servers().open(address);
  }

  /**
   * Opens an input that may be a folder of a store: one model in shards, or one checkpoint of
   * several processes, whose files are fetched before this returns.
   *
   * @param reading how such a folder is read
   * @throws CheckpointException if it is a checkpoint of a kind that is not read
   * @throws IOException as {@link #open} does, or if the folder is not one model
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
   * The files that an address stands for: itself, or all below it. Nothing is asked if that can be
   * told without.
   *
   * @throws IOException if that cannot be told
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
   * The same with sizes, of an address that must be one of a store that can list.
   *
   * @throws IOException if that cannot be told
   */
  public List<Listed> listAll(Location.Address address) throws IOException {
    return servers().listAll(address);
  }

  /**
   * A file that an address stands for.
   *
   * @param name below the address, with slashes; of a file that is named itself, its last name
   * @param size in bytes; negative if it was not asked
   * @param version its entity tag or digest; empty if it was not asked
   */
  public record Listed(Location.Address address, String name, long size, String version) {
    /** Of a file whose version nobody has asked for. */
    public Listed(Location.Address address, String name, long size) {
      this(address, name, size, "");
    }
  }

  /** The stores of addresses, as long as this is open. */
  public UnitStores stores() {
    return uri -> servers().store(uri);
  }

  /** How files of stores are read. */
  public FetchOptions fetching() {
    return FetchOptions.STANDARD.withConnections(bounds.connections());
  }

  /**
   * A file that is to be written to a store.
   *
   * @param file on this disk
   * @param address where it goes
   * @param sha256 of its bytes
   * @param madeFrom tells it from what other inputs or options make; empty if nothing does
   */
  public record Output(Path file, Location.Address address, String sha256, String madeFrom) {}

  /**
   * Says whether objects may be written, before any work is done for them.
   *
   * @param madeFrom as their {@link Output}s have it
   * @return whether they are all there already, made from the same
   * @throws IOException if one may not be written, or nothing can be written there
   */
  public boolean checkOutputs(List<Location.Address> addresses, String madeFrom, IfExists ifExists)
      throws IOException {
    return servers().checkOutputs(addresses, madeFrom, ifExists);
  }

  /**
   * Writes files to a store. None can be seen before all were sent, and the last is seen last.
   *
   * @throws IOException if they cannot be written: then nothing was made visible, unless the store
   *     fails in the middle of that
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

  /** Takes what was asked of the network. */
  @FunctionalInterface
  public interface TrafficReader {
    void take(long requests, long received);
  }

  /** Says how many requests were sent and how many bytes received, if any were. */
  public synchronized void tellTraffic(TrafficReader reader) {
    if (servers != null) {
      servers.tellTraffic(reader);
    }
  }

  /** Says what was asked of the network, if anything was. */
  public synchronized void tellTraffic() {
    if (servers != null && !quiet) {
      terminal.flush();
      servers.tellTraffic();
    }
  }

  /** Says what was asked of the network, and closes every connection. */
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
