package dev.pt2st.safetensors.format;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a header. It refuses what the specification forbids (the format section of the safetensors
 * README: a wrong first byte or padding, duplicate names, metadata that are not texts) and what the
 * reference reader refuses ({@code read_metadata} and {@code validate} in the crate's {@code
 * tensor.rs}). Unknown members of a tensor are skipped, as in the reference reader.
 */
final class HeaderReader {

  private final Place place;
  private final JsonScanner json;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<Entry> entries = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  /**
   * A tensor of the header.
   *
   * @param at the offset of its name in the file
   */
  record Entry(TensorInfo info, long at) {}

  private HeaderReader(byte[] text, Place place) {
    this.place = place;
    this.json = new JsonScanner(text, place, Long.BYTES);
  }

  static Header read(ByteCursor in, Place place) throws MalformedException {
    int length = length(in, place);
    byte[] text = in.array(length);
    HeaderReader reader = new HeaderReader(text, place);
    reader.read(text);
    long dataBytes = in.remaining();
    List<TensorInfo> tensors = DataOffsets.check(reader.entries, dataBytes, place);
    return new Header(Long.BYTES + length, reader.metadata, tensors);
  }

  /** The length of the JSON with its padding, in bytes. */
  private static int length(ByteCursor in, Place place) throws MalformedException {
    if (in.remaining() < Long.BYTES) {
      throw new MalformedException(
          place,
          "the file has "
              + in.remaining()
              + " bytes, and the length of a safetensors header alone takes 8");
    }
    long length = in.i64();
    if (length < 0 || length > HeaderWriter.MAX_JSON_BYTES) {
      throw new MalformedException(
          place.at(0),
          "the header would have "
              + Long.toUnsignedString(length)
              + " bytes, and readers take "
              + HeaderWriter.MAX_JSON_BYTES);
    }
    if (length > in.remaining()) {
      throw new MalformedException(
          place.at(0),
          "the header would have "
              + length
              + " bytes where "
              + in.remaining()
              + " are left of the file");
    }
    return (int) length;
  }

  private void read(byte[] text) throws MalformedException {
    if (text.length == 0) {
      throw json.malformed(0, "the header is empty");
    }
    if (text[0] != '{') {
      throw json.malformed(
          0, String.format("the header begins with the byte 0x%02x and must with \"{\"", text[0]));
    }
    for (boolean more = json.open('{', "\"{\""); more; more = json.next('{')) {
      json.peek();
      int at = json.position();
      String name = json.name();
      if (!names.add(name)) {
        throw json.malformed(at, "the header has the name \"" + name + "\" twice");
      }
      if (name.equals("__metadata__")) {
        readMetadata();
      } else {
        json.about(place.ofTensor(name));
        entries.add(new Entry(readTensor(name, at), Long.BYTES + at));
        json.about(place);
      }
    }
    for (int at = json.position(); at < text.length; at++) {
      if (text[at] != ' ') {
        throw json.malformed(
            at,
            String.format("after the header's JSON comes 0x%02x, and only spaces may", text[at]));
      }
    }
  }

  private void readMetadata() throws MalformedException {
    boolean more = json.open('{', "an object of texts as __metadata__");
    for (; more; more = json.next('{')) {
      json.peek();
      int at = json.position();
      String key = json.name();
      if (metadata.put(key, json.string("a text in __metadata__")) != null) {
        throw json.malformed(at, "__metadata__ has the key \"" + key + "\" twice");
      }
    }
  }

  private TensorInfo readTensor(String name, int start) throws MalformedException {
    DType dtype = null;
    Shape shape = null;
    long[] offsets = null;
    for (boolean more = json.open('{', "an object"); more; more = json.next('{')) {
      json.peek();
      int at = json.position();
      String key = json.name();
      switch (key) {
        case "dtype" -> {
          once(dtype, key, at);
          dtype = readDType();
        }
        case "shape" -> {
          once(shape, key, at);
          shape = Shape.of(readCounts("a list of sizes", "a size"));
        }
        case "data_offsets" -> {
          once(offsets, key, at);
          offsets = readCounts("a list of two offsets", "an offset");
        }
        default -> json.skip(2);
      }
    }
    if (dtype == null || shape == null || offsets == null) {
      throw json.malformed(
          start,
          "it has no \""
              + (dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets")
              + "\"");
    }
    if (offsets.length != 2) {
      throw json.malformed(start, "it has " + offsets.length + " data_offsets and must have 2");
    }
    return new TensorInfo(name, dtype, shape, offsets[0], offsets[1]);
  }

  private void once(@Nullable Object known, String key, int at) throws MalformedException {
    if (known != null) {
      throw json.malformed(at, "it has \"" + key + "\" twice");
    }
  }

  private DType readDType() throws MalformedException {
    json.peek();
    int at = json.position();
    String text = json.string("the text of a dtype");
    DType dtype = DType.ofSafetensorsName(text);
    if (dtype == null) {
      throw json.malformed(at, "its dtype \"" + text + "\" is not one that the format has");
    }
    return dtype;
  }

  private long[] readCounts(String what, String each) throws MalformedException {
    long[] counts = new long[4];
    int size = 0;
    for (boolean more = json.open('[', what); more; more = json.next('[')) {
      if (size == counts.length) {
        counts = Arrays.copyOf(counts, 2 * size);
      }
      counts[size++] = json.count(each);
    }
    return Arrays.copyOf(counts, size);
  }
}
