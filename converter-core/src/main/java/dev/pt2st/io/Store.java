package dev.pt2st.io;

import dev.pt2st.IfExists;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Where objects are that are not on this disk: a hub of models, a bucket, a web server. All of its
 * methods may be called by several threads at once.
 */
public interface Store extends AutoCloseable {
  /**
   * One object of a store.
   *
   * @param uri opens it: {@link Store#open} takes it as it is
   * @param path its name below what was listed, with slashes and without one in front
   * @param size in bytes
   * @param version its entity tag or digest
   */
  record Entry(String uri, String path, long size, String version) {}

  /** Opens one version of an object, the newest one if the address names none. */
  RangeSource open(String uri) throws IOException;

  /** All objects below an address, in the order of their paths. */
  List<Entry> list(String uri) throws IOException;

  /**
   * Begins to write an object. Nobody sees it before {@link Upload#commit}.
   *
   * @param size of all of it in bytes
   * @param metadata short texts that are kept with the object
   * @throws SourceException if something has this name already and it may not be replaced, or if
   *     nothing can be written there
   */
  Upload begin(String uri, long size, IfExists ifExists, Map<String, String> metadata)
      throws IOException;

  /** What is kept with an object, as it was given to {@link #begin}. */
  Map<String, String> metadata(String uri) throws IOException;

  @Override
  void close() throws IOException;
}
