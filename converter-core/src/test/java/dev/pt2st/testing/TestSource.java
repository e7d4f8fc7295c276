package dev.pt2st.testing;

import dev.pt2st.ResourceName;
import dev.pt2st.io.Input;
import dev.pt2st.io.source.FetchListener;
import dev.pt2st.io.source.FetchOptions;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * Bytes in memory as a source, which notes every read. It has the name of the file that they are
 * of, so that its reports are those of the file.
 */
public final class TestSource implements RangeSource {
  /** Every byte is a block, and none is fetched before it is asked for. */
  public static final FetchOptions BYTE_BY_BYTE =
      new FetchOptions(1, 1, -1, 1 << 20, 1, FetchListener.NONE);

  /** A read. */
  public record Request(long offset, int bytes) {}

  /** What happens in place of a read, or before it. */
  @FunctionalInterface
  public interface Fault {
    /**
     * Throws, or spoils the read.
     *
     * @param number counted from zero
     * @return whether the buffer is filled as it should be
     */
    boolean at(int number, ByteBuffer target) throws IOException;
  }

  private final ResourceName name;
  private final byte[] bytes;
  private final Fault fault;
  private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());

  public TestSource(ResourceName name, byte[] bytes, Fault fault) {
    this.name = name;
    this.bytes = bytes;
    this.fault = fault;
  }

  /** The bytes of a file. */
  public static TestSource of(Path file) {
    return of(file, (number, target) -> true);
  }

  /** The bytes of a file that cannot all be had. */
  public static TestSource of(Path file, Fault fault) {
    try {
      return new TestSource(ResourceName.of(file), Files.readAllBytes(file), fault);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What reads it byte by byte. */
  public Input byteByByte() {
    return Input.of(this, BYTE_BY_BYTE);
  }

  /** What reads it as a program does. */
  public Input input() {
    return Input.of(this, FetchOptions.STANDARD);
  }

  /** All reads so far. */
  public List<Request> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  /** The bytes of all reads so far. */
  public long bytesRead() {
    return requests().stream().mapToLong(Request::bytes).sum();
  }

  /** A failure as a source tells it. */
  public SourceException failure(SourceException.Reason reason, String what) {
    return new SourceException(name, reason, what);
  }

  @Override
  public ResourceName name() {
    return name;
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public String version() {
    return "1";
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    Objects.checkFromIndexSize(offset, target.remaining(), bytes.length);
    int number;
    synchronized (requests) {
      number = requests.size();
      requests.add(new Request(offset, target.remaining()));
    }
    if (fault.at(number, target)) {
      target.put(bytes, (int) offset, target.remaining());
    }
  }

  @Override
  public void close() {}
}
