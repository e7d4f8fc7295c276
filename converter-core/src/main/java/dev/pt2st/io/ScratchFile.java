package dev.pt2st.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A nameless file for bytes that must be decompressed before they can be addressed. It has lost its
 * name before the first byte is written, so nothing is left of it however the program ends.
 */
public final class ScratchFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private long size;

  private ScratchFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Opens one in the directory of a target. */
  public static ScratchFile beside(Path target) throws IOException {
    Path path = AtomicOutput.temporaryBeside(target);
    FileChannel channel =
        AtomicOutput.createBeside(
            target,
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.READ,
            StandardOpenOption.DELETE_ON_CLOSE);
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // Where an open file cannot be deleted, it goes when it is closed.
    }
    TemporaryFiles.remove(path);
    return new ScratchFile(path, channel);
  }

  /** The position of the next byte. */
  public long size() {
    return size;
  }

  /** Adds bytes at the end. */
  public void append(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      size += channel.write(bytes, size);
    }
  }

  /** Everything written so far, for reading; closing it closes the scratch file too. */
  public MappedFile map() throws IOException {
    return map(path);
  }

  /**
   * The same.
   *
   * @param shown what messages call it
   */
  public MappedFile map(Path shown) throws IOException {
    return MappedFile.map(shown, channel);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
