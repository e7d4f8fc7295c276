package dev.pt2st.cli.input;

import dev.pt2st.IfExists;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.io.source.Store;
import dev.pt2st.io.source.Upload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes several files to a store as one: all are sent before the first becomes visible, and the
 * last one becomes visible last. A failure or a signal before that leaves nothing. An object that
 * the same command has already made is not sent again.
 */
final class Uploads implements AutoCloseable {
  /** The metadata entry by which an object is recognized. */
  private static final String DIGEST = "pt2st-sha256";

  private static final String MADE_FROM = "pt2st-made-from";

  private static final int PIECE = 4 << 20;

  /** The length field of a safetensors header and its first character, in bytes. */
  private static final int START = 9;

  private static final long LONGEST_HEADER = 100_000_000;

  private final Store store;
  private final IfExists ifExists;
  private final List<Upload> open = new ArrayList<>();

  /** Set under the lock of this object; after that, no upload begins. */
  private boolean stopped;

  private final Thread atExit = Thread.ofPlatform().unstarted(this::abortAll);

  Uploads(Store store, IfExists ifExists) {
    this.store = store;
    this.ifExists = ifExists;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Checks for an existing object.
   *
   * @return whether there is one that may be replaced
   * @throws IOException if there is one that may not
   */
  private boolean checkReplaceable(String uri) throws IOException {
    try (RangeSource there = store.open(uri)) {
      if (ifExists == IfExists.REFUSE) {
        throw new SourceException(
            there.name(),
            Reason.EXISTS,
            "the output is there already; replace it with --overwrite");
      }
      if (!isOfOurs(there)) {
        throw new SourceException(
            there.name(),
            Reason.EXISTS,
            "what is there is neither a safetensors file nor an index of such, so it is not replaced");
      }
      return true;
    } catch (SourceException e) {
      if (e.reason() == Reason.MISSING) {
        return false;
      }
      throw e;
    }
  }

  private static boolean isOfOurs(RangeSource there) throws IOException {
    if (there.size() < START) {
      return false;
    }
    ByteBuffer start = ByteBuffer.allocate(START).order(ByteOrder.LITTLE_ENDIAN);
    there.read(0, start);
    long header = start.getLong(0);
    boolean isSafetensors = start.get(Long.BYTES) == '{' && header > 0 && header <= LONGEST_HEADER;
    boolean isIndex = there.name().text().endsWith(".index.json") && start.get(0) == '{';
    return isSafetensors || isIndex;
  }

  /**
   * Checks that objects may be written, before any work is done for them. An object without a
   * recorded identity can be judged only later, by its digest.
   *
   * @return whether all exist already
   */
  boolean check(List<String> uris, String madeFrom) throws IOException {
    boolean areThere = !madeFrom.isEmpty();
    for (String uri : uris) {
      Map<String, String> known = metadata(uri);
      boolean isSame = !madeFrom.isEmpty() && madeFrom.equals(known.get(MADE_FROM));
      if (!isSame && (!madeFrom.isEmpty() || !known.containsKey(DIGEST))) {
        checkReplaceable(uri);
      }
      areThere &= isSame;
    }
    return areThere;
  }

  /** The metadata of an object; empty if there is no object. */
  private Map<String, String> metadata(String uri) throws IOException {
    try {
      return store.metadata(uri);
    } catch (SourceException e) {
      if (e.reason() == Reason.MISSING) {
        return Map.of();
      }
      throw e;
    }
  }

  /** Sends files, then makes them visible in this order. */
  void send(List<Inputs.Output> outputs) throws IOException {
    for (Inputs.Output output : outputs) {
      if (!isThere(output)) {
        checkReplaceable(output.address().uri());
        send(output);
      }
    }
    for (Upload upload : open) {
      upload.commit();
    }
  }

  private boolean isThere(Inputs.Output output) throws IOException {
    return output.sha256().equals(metadata(output.address().uri()).get(DIGEST));
  }

  private void send(Inputs.Output output) throws IOException {
    try (FileChannel file = FileChannel.open(output.file(), StandardOpenOption.READ)) {
      Upload upload = begin(output, file.size());
      ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE, file.size()));
      for (long at = 0; at < file.size(); ) {
        piece.clear();
        if (file.read(piece, at) < 0) {
          throw new IOException(output.file() + ": the file was cut short while it was read");
        }
        int read = piece.flip().remaining();
        upload.write(piece, at);
        at += read;
      }
      upload.finish();
    }
  }

  private synchronized Upload begin(Inputs.Output output, long size) throws IOException {
    if (stopped) {
      throw new IOException("the program is being stopped");
    }
    Map<String, String> metadata = new TreeMap<>(Map.of(DIGEST, output.sha256()));
    if (!output.madeFrom().isEmpty()) {
      metadata.put(MADE_FROM, output.madeFrom());
    }
    Upload upload = store.begin(output.address().uri(), size, ifExists, metadata);
    open.add(upload);
    return upload;
  }

  private synchronized void abortAll() {
    stopped = true;
    for (Upload upload : open) {
      try {
        upload.close();
      } catch (IOException e) {
        // The program is ending; the store eventually deletes parts of abandoned uploads.
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (Upload upload : open) {
      upload.close();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The program is being stopped, and the hook has nothing to do.
    }
  }
}
