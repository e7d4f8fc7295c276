package dev.pt2st.safetensors;

import dev.pt2st.CheckpointException;
import dev.pt2st.LimitException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.Remedy;
import dev.pt2st.ResourceName;
import dev.pt2st.io.MappedFile;
import dev.pt2st.safetensors.format.Header;
import dev.pt2st.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A safetensors file, mapped and validated when it is opened. Its tensors are slices of the
 * mapping, whatever the size of the file, and are valid until {@link #close()}. Safe for use by
 * several threads.
 */
public final class SafetensorsFile implements AutoCloseable {
  private final MappedFile file;
  private final Header header;
  private final Map<String, TensorInfo> byName;

  private SafetensorsFile(MappedFile file, Header header) {
    this.file = file;
    this.header = header;
    this.byName = HashMap.newHashMap(header.tensors().size());
    for (TensorInfo tensor : header.tensors()) {
      byName.put(tensor.name(), tensor);
    }
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws MalformedException if it breaks a rule of the format
   * @throws LimitException if its header does not fit the heap
   * @throws IOException if it cannot be read
   */
  public static SafetensorsFile open(Path path) throws CheckpointException, IOException {
    MappedFile file = MappedFile.open(path);
    try {
      return of(file);
    } catch (CheckpointException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  /**
   * Reads the header of a file that is open already; closing the result closes it.
   *
   * @throws MalformedException if it breaks a rule of the format
   * @throws LimitException if its header does not fit the heap
   */
  @SuppressWarnings("exports") // for files under temporary names, and those inside of others
  public static SafetensorsFile of(MappedFile file) throws CheckpointException {
    Place place = Place.of(file.name());
    try {
      return new SafetensorsFile(file, Header.read(file.cursor(place), place));
    } catch (InternalError e) {
      // A mapped page is gone, for which the JVM has no specific exception.
      throw new MalformedException(
          place,
          "the file was cut short while it was read, or its disk failed",
          new Remedy.TryAgain());
    } catch (OutOfMemoryError e) {
      throw Header.tooLarge(file.name());
    }
  }

  /** The mapped file, with all its bytes. */
  @SuppressWarnings("exports") // for verify, which tells by it which file was cut short
  public MappedFile file() {
    return file;
  }

  /** The name in messages: the path with which it was opened. */
  public ResourceName name() {
    return file.name();
  }

  /** Its size in bytes. */
  public long size() {
    return file.size();
  }

  /** The offset of the data in the file, which is the size of the header. */
  public long dataOffset() {
    return header.size();
  }

  /** The entries of {@code __metadata__}, in the order of the file. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /** The header's entry for each tensor, in the order of their data. */
  public List<TensorInfo> tensors() {
    return header.tensors();
  }

  /** The header's entry for the tensor of this name. */
  public Optional<TensorInfo> tensor(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /**
   * The bytes of a tensor: row-major, little-endian, read-only. They need not be aligned in memory,
   * so read them with {@code JAVA_FLOAT_UNALIGNED} and similar layouts.
   *
   * @param tensor one of {@link #tensors()}
   */
  public MemorySegment data(TensorInfo tensor) {
    return file.bytes(header.size() + tensor.begin(), tensor.end() - tensor.begin());
  }

  /**
   * The bytes of the tensor of this name.
   *
   * @throws IllegalArgumentException if there is no such tensor
   */
  public MemorySegment data(String name) {
    return data(
        tensor(name).orElseThrow(() -> new IllegalArgumentException("no tensor is named " + name)));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
