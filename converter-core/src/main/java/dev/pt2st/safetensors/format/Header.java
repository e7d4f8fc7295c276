package dev.pt2st.safetensors.format;

import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.tensor.TensorInfo;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file.
 *
 * @param size bytes of the file before the data: 8 bytes of length, then the JSON with its padding
 * @param metadata the entries of {@code __metadata__}, in the order of the file
 * @param tensors in the order of their data
 */
public record Header(int size, Map<String, String> metadata, List<TensorInfo> tensors) {
  public Header {
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    tensors = List.copyOf(tensors);
  }

  /**
   * Reads and validates the header of a whole file. Afterwards each byte after the header belongs
   * to exactly one tensor.
   *
   * @param in at the start of the file; its end is the end of the file
   * @param place the file, for messages
   * @throws MalformedException if a rule of the format is broken
   */
  public static Header read(ByteCursor in, Place place) throws MalformedException {
    return HeaderReader.read(in, place);
  }

  /** The exception for a file whose header or index does not fit the heap. */
  public static LimitException tooLarge(ResourceName name) {
    return new LimitException(
        Place.of(name),
        Limit.HEAP_BYTES,
        "its header does not fit the heap of " + Runtime.getRuntime().maxMemory() + " bytes");
  }
}
