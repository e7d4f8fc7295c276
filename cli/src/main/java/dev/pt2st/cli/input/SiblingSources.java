package dev.pt2st.cli.input;

import dev.pt2st.io.http.HttpStore;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.Siblings;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.io.source.Store;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;

/**
 * Other objects in the folder of a source; on the Hub, of the same commit. A signed web address is
 * valid for one file only. Closing this closes the source too.
 */
final class SiblingSources implements Siblings, Closeable {
  private final Store store;
  private final String uri;
  private final List<RangeSource> opened = new ArrayList<>();
  private boolean closed;

  /**
   * @param uri the address with which the source was opened
   */
  SiblingSources(Store store, RangeSource source, String uri) {
    this.store = store;
    // On the Hub and in a bucket, the name of a source is an address, with the commit if there is
    // one.
    this.uri = store instanceof HttpStore ? uri : source.name().text();
    this.opened.add(source);
  }

  /** Whether another file can be opened. */
  boolean areKnown() {
    return !(store instanceof HttpStore) || (uri.indexOf('?') < 0 && uri.indexOf('#') < 0);
  }

  @Override
  public RangeSource open(String name) throws IOException {
    String folder = uri.substring(0, uri.lastIndexOf('/') + 1);
    RangeSource source = store.open(folder + (store instanceof HttpStore ? encoded(name) : name));
    synchronized (this) {
      if (!closed) {
        opened.add(source);
        return source;
      }
    }
    source.close();
    throw new IOException("closed");
  }

  private String encoded(String name) throws SourceException {
    try {
      return new URI(null, null, "/" + name, null).toASCIIString().substring(1);
    } catch (URISyntaxException e) {
      throw new SourceException(
          opened.getFirst().name(), Reason.REFUSED, "no file on a web server has such a name");
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    for (RangeSource source : opened) {
      source.close();
    }
  }
}
