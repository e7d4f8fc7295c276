package dev.pt2st.io.spill;

import dev.pt2st.ResourceName;
import dev.pt2st.io.DiskFull;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFile;
import dev.pt2st.io.ScratchFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A queue of any length: a few elements are in memory, more in a nameless file.
 *
 * @param <T> the type of the elements
 */
public final class SpillingQueue<T> implements AutoCloseable {
  private static final int THINGS_IN_MEMORY = 1000;
  private static final int CHARACTERS_IN_MEMORY = 1 << 18;
  private static final int PIECE = 1 << 16;

  private final Function<T, String> write;
  private final Function<String, T> read;
  private final ToIntFunction<T> weight;
  private final long most;
  private final List<T> few = new ArrayList<>();
  private final StringBuilder pending = new StringBuilder();
  private @Nullable ScratchFile file;
  private @Nullable MappedFile mapped;
  private long size;
  private long inMemory;

  /**
   * @param write formats an element as a line, without a line feed
   * @param read parses the element from its line
   */
  public SpillingQueue(Function<T, String> write, Function<String, T> read) {
    this(write, read, thing -> 1, THINGS_IN_MEMORY);
  }

  private SpillingQueue(
      Function<T, String> write, Function<String, T> read, ToIntFunction<T> weight, long most) {
    this.write = write;
    this.read = read;
    this.weight = weight;
    this.most = most;
  }

  /** A queue of lines of any length, without line feeds and carriage returns. */
  public static SpillingQueue<String> ofLines() {
    return new SpillingQueue<>(
        line -> line, line -> line, line -> line.length() + 1, CHARACTERS_IN_MEMORY);
  }

  long size() {
    return size;
  }

  boolean isInMemory() {
    return file == null;
  }

  /** Adds an element; not allowed after the first {@link #each}. */
  public void add(T thing) throws IOException {
    size++;
    inMemory += weight.applyAsInt(thing);
    if (file == null && inMemory <= most) {
      few.add(thing);
      return;
    }
    if (file == null) {
      file = ScratchFolder.TEMPORARY.create();
      for (T earlier : few) {
        pending.append(write.apply(earlier)).append('\n');
      }
      few.clear();
    }
    pending.append(write.apply(thing)).append('\n');
    if (pending.length() >= PIECE) {
      flush(file);
    }
  }

  private void flush(ScratchFile to) throws IOException {
    byte[] bytes = pending.toString().getBytes(StandardCharsets.UTF_8);
    try {
      to.append(ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      throw DiskFull.explain(
          e, ScratchFolder.TEMPORARY.directory(), "what was found in the tree", bytes.length);
    }
    pending.setLength(0);
  }

  /** Iterates over the elements, each time from the first on; null at the end. */
  public Supplier<@Nullable T> each() throws IOException {
    if (file == null) {
      var items = List.copyOf(few).iterator();
      return () -> items.hasNext() ? items.next() : null;
    }
    if (mapped == null) {
      flush(file);
      mapped = file.map(new ResourceName("plan"));
    }
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(mapped.stream(), StandardCharsets.UTF_8), PIECE);
    return () -> {
      try {
        String line = lines.readLine();
        return line == null ? null : read.apply(line);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  @Override
  public void close() throws IOException {
    if (mapped != null) {
      mapped.close();
    } else if (file != null) {
      file.close();
    }
  }
}
