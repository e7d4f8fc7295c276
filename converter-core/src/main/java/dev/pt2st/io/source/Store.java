package dev.pt2st.io.source;

import dev.pt2st.IfExists;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A remote store of objects: a model hub, a bucket, a web server. Safe for use by several threads.
 */
public interface Store extends AutoCloseable {
  /**
   * One object of a store.
   *
   * @param uri its address, which {@link Store#open} accepts unchanged
   * @param path its name relative to the listed address, with slashes but without a leading one
   * @param size in bytes
   * @param version its entity tag or digest
   */
  record Entry(String uri, String path, long size, String version) {}

  /** Opens one version of an object, the newest one if the address names none. */
  RangeSource open(String uri) throws IOException;

  /** All objects below an address, in the order of their paths. */
  List<Entry> list(String uri) throws IOException;

  /**
   * Begins to write an object. It is not visible before {@link Upload#commit}.
   *
   * @param size the total size in bytes
   * @param metadata short texts that are stored with the object
   * @throws SourceException if something has this name already and it may not be replaced, or if
   *     nothing can be written there
   */
  Upload begin(String uri, long size, IfExists ifExists, Map<String, String> metadata)
      throws IOException;

  /** The metadata of an object, as given to {@link #begin}. */
  Map<String, String> metadata(String uri) throws IOException;

  @Override
  void close() throws IOException;
}
