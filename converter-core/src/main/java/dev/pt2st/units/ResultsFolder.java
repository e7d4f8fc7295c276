package dev.pt2st.units;

import dev.pt2st.Durability;
import dev.pt2st.IfExists;
import dev.pt2st.ResourceName;
import dev.pt2st.io.Input;
import dev.pt2st.io.output.OutputGroup;
import dev.pt2st.io.source.FetchOptions;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.io.source.Store;
import dev.pt2st.io.source.Upload;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Stores results in a folder on a disk that the machines share, or below an address. Each bin has
 * an object of lines there, which appears whole or not at all.
 */
public final class ResultsFolder {
  private static final String END = ".jsonl";
  private static final int PIECE = 1 << 20;

  private final String uri;
  private final UnitStores stores;

  /**
   * Creates it without accessing the folder.
   *
   * @param uri an address or path of a folder, which is created if it does not exist, or of one
   *     object in it, whose name ends in {@code .jsonl}
   */
  public ResultsFolder(String uri, UnitStores stores) {
    this.uri = uri.endsWith("/") ? uri : uri + "/";
    this.stores = stores;
  }

  /** Whether it is a single object and not a folder. */
  private boolean isObject() {
    return uri.endsWith(END + "/");
  }

  private @Nullable Store store() throws IOException {
    return ResourceName.isAddress(uri) ? stores.store(uri) : null;
  }

  /** All objects that hold results, in the order of their names. */
  public List<String> objects() throws IOException {
    List<String> names = new ArrayList<>();
    Store store = store();
    if (isObject()) {
      names.add(uri.substring(0, uri.length() - 1));
    } else if (store != null) {
      try {
        for (Store.Entry entry : store.list(uri)) {
          if (entry.path().endsWith(END)) {
            names.add(entry.uri());
          }
        }
      } catch (SourceException e) {
        if (e.reason() != Reason.MISSING) {
          throw e;
        }
      }
    } else if (Files.isDirectory(Path.of(uri))) {
      try (Stream<Path> files = Files.list(Path.of(uri))) {
        files.map(Path::toString).filter(name -> name.endsWith(END)).forEach(names::add);
      }
    }
    Collections.sort(names);
    return names;
  }

  /** Receives results. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Receives the next result.
     *
     * @param line the line from which it was read
     */
    void result(UnitResult result, String line) throws IOException;
  }

  /**
   * Visits all results, object by object.
   *
   * @throws FileSystemException if a line is not a result, with its number
   */
  public void each(Visitor visitor) throws IOException {
    UnitLine lines = new UnitLine();
    for (String object : objects()) {
      Store store = store();
      if (store == null) {
        each(Input.of(Path.of(object)), lines, visitor);
      } else {
        try (RangeSource source = store.open(object)) {
          each(Input.of(source, FetchOptions.STANDARD), lines, visitor);
        }
      }
    }
  }

  private static void each(Input input, UnitLine lines, Visitor visitor) throws IOException {
    try (LineFile file = LineFile.open(input)) {
      file.each((number, offset, text) -> visitor.result(lines.result(text), text));
    }
  }

  /**
   * Writes an object. An existing object of the same name belongs to the same units and is
   * replaced.
   */
  void write(String name, byte[] bytes) throws IOException {
    Store store = store();
    if (store == null) {
      Path folder = Path.of(uri);
      Files.createDirectories(folder);
      try (OutputGroup group = new OutputGroup(IfExists.REPLACE)) {
        OutputStream out = group.create(folder.resolve(name + END)).stream();
        out.write(bytes);
        out.flush();
        group.commit(Durability.WRITTEN);
      }
      return;
    }
    try (Upload upload = store.begin(uri + name + END, bytes.length, IfExists.REPLACE, Map.of())) {
      for (int at = 0; at < bytes.length; at += PIECE) {
        upload.write(ByteBuffer.wrap(bytes, at, Math.min(PIECE, bytes.length - at)), at);
      }
      upload.finish();
      upload.commit();
    }
  }

  @Override
  public String toString() {
    return uri;
  }
}
