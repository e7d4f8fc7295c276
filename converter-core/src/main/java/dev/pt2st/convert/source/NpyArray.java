package dev.pt2st.convert.source;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.RecordBytes;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.NumpyArray;
import dev.pt2st.torch.value.NumpyDType;
import dev.pt2st.torch.value.TensorValue;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An array as {@code numpy.save} writes it: a magic number, a version, the length of a header, the
 * header as a dict of Python, and the elements ({@code numpy/lib/_format_impl.py}).
 *
 * @param tensor the array
 */
record NpyArray(TensorValue tensor) {
  static final String MAGIC = "\u0093NUMPY";

  /** The longest header; NumPy's own limit for an untrusted header is 10,000 characters. */
  private static final int LONGEST_HEADER = 1 << 16;

  private static final int VERSION_AT = 6;
  private static final int LENGTH_AT = 8;

  /** A key with its value, and a comma that may be missing at the end. */
  private static final Pattern MEMBER =
      Pattern.compile(
          "\\s*['\"](descr|fortran_order|shape)['\"]\\s*:\\s*"
              + "('[^'\\\\]*'|\"[^\"\\\\]*\"|\\[.*\\]|True|False|\\([0-9L,\\s]*\\))\\s*(,|(?=\\}))");

  private static final Pattern NUMBER = Pattern.compile("\\d+");

  static boolean isOne(byte[] first) {
    return new String(first, StandardCharsets.ISO_8859_1).startsWith(MAGIC);
  }

  /**
   * Reads the header of an array.
   *
   * @param bytes the whole file, header and elements
   * @param place names it in messages
   * @throws MalformedException if NumPy does not write such an array
   */
  static NpyArray of(ByteSource bytes, Place place) throws MalformedException {
    byte[] start = RecordBytes.start(bytes, LONGEST_HEADER);
    if (!isOne(start) || start.length < LENGTH_AT + Integer.BYTES) {
      throw new MalformedException(place, "this is not a NumPy array");
    }
    int version = start[VERSION_AT];
    if (version < 1 || version > 3) {
      throw new MalformedException(
          place, "its version is " + version + ", and NumPy writes 1, 2 and 3");
    }
    long length = (start[LENGTH_AT] & 0xff) | (start[LENGTH_AT + 1] & 0xff) << 8;
    int text = LENGTH_AT + Short.BYTES;
    if (version > 1) {
      length |= (start[LENGTH_AT + 2] & 0xffL) << 16 | (start[LENGTH_AT + 3] & 0xffL) << 24;
      text += Short.BYTES;
    }
    if (length > start.length - text) {
      throw new MalformedException(
          place, "its header of " + length + " bytes is cut short, or longer than NumPy reads");
    }
    String header =
        new String(
            start,
            text,
            (int) length,
            version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    return new NpyArray(tensor(members(header, place), bytes, text + length, place));
  }

  /** The three members of the header, each once. */
  private static Map<String, String> members(String header, Place place) throws MalformedException {
    Map<String, String> members = new HashMap<>();
    String dict = header.strip();
    Matcher member = MEMBER.matcher(dict);
    int at = 1;
    while (dict.startsWith("{") && member.find(at) && member.start() == at) {
      if (members.put(member.group(1), member.group(2)) != null) {
        break;
      }
      at = member.end();
    }
    if (members.size() != 3 || !dict.substring(at).strip().equals("}")) {
      throw new MalformedException(place, "its header is not one that NumPy writes");
    }
    return members;
  }

  private static TensorValue tensor(
      Map<String, String> members, ByteSource bytes, long begin, Place place)
      throws MalformedException {
    Shape shape = shape(String.valueOf(members.get("shape")), place);
    String descr = String.valueOf(members.get("descr"));
    if (descr.startsWith("[")) {
      return other("a NumPy array of records", shape);
    }
    String code = descr.substring(1, descr.length() - 1);
    NumpyDType type = NumpyDType.of(code);
    if (code.equals("|O") || code.equals("O")) {
      return other("a NumPy array of Python objects, which are a pickle", shape);
    }
    DType dtype = type == null || !type.isNumeric() ? null : type.dtype();
    if (type == null || dtype == null) {
      return other("a NumPy array of dtype " + code, shape);
    }
    long size = bytesOf(shape, dtype, place);
    if (size != bytes.size() - begin) {
      throw new MalformedException(
          place,
          "its elements take "
              + size
              + " bytes, and behind its header are "
              + (bytes.size() - begin));
    }
    if (begin % dtype.byteSize() != 0) {
      throw new MalformedException(
          place, "its elements are not aligned to their size, as NumPy aligns them");
    }
    Storage storage = new Storage(bytes.name(), "cpu", dtype, bytes.size());
    storage.locate(bytes, type.byteOrder());
    boolean columnMajor = "True".equals(members.get("fortran_order"));
    return new TensorValue(
        new TensorValue.Strided(
            new TensorView(
                storage,
                dtype,
                begin / dtype.byteSize(),
                shape,
                columnMajor ? NumpyArray.columnMajorStrides(shape) : shape.contiguousStrides())));
  }

  private static TensorValue other(String what, Shape shape) {
    return new TensorValue(new TensorValue.Other(what, shape, null, List.of()));
  }

  private static long bytesOf(Shape shape, DType dtype, Place place) throws MalformedException {
    try {
      return Math.multiplyExact(shape.elementCount(), dtype.byteSize());
    } catch (ArithmeticException e) {
      throw new MalformedException(place, "its sizes " + shape + " overflow");
    }
  }

  private static Shape shape(String text, Place place) throws MalformedException {
    long[] sizes;
    try {
      sizes =
          NUMBER.matcher(text).results().mapToLong(size -> Long.parseLong(size.group())).toArray();
    } catch (NumberFormatException e) {
      throw new MalformedException(place, "its sizes " + text + " overflow");
    }
    return Shape.of(sizes);
  }
}
