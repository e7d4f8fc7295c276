package dev.pt2st.scan.format;

import dev.pt2st.io.MappedFile;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The header of a {@code .npy} file ({@code numpy/lib/_format_impl.py}): where its data begins and
 * whether that may be a pickle, as it is for an array of Python objects.
 *
 * <p>NumPy evaluates the header as a Python literal, in which a dtype of objects can be written in
 * many ways: escapes, adjacent strings, a second {@code descr}. So the array counts as one of
 * numbers only if the header is written exactly as NumPy writes it.
 *
 * @param dataOffset where the data begins
 * @param mayHaveObjects whether the data may be a pickle
 * @param dataSize the size of the data in bytes; {@link #NO_SIZE} if that is not known
 */
public record NpyHeader(long dataOffset, boolean mayHaveObjects, long dataSize) {
  /** The size if it cannot be determined because NumPy's own arithmetic may overflow. */
  public static final long NO_SIZE = -1;

  private static final String MAGIC = "\u0093NUMPY";
  private static final byte FIRST = (byte) 0x93;
  private static final int PIECE = 1 << 16;
  private static final int LENGTH_AT = 8;
  private static final int LONGEST_HEADER = 1 << 20;
  private static final int MOST_NESTING = 32;

  private static final String DTYPE = "'[<>|=]?[biufcmMSUV]\\d++(?:\\[\\w++\\])?'";
  private static final String NUMBERS = "\\([\\dL, ]*+\\)";
  private static final String NAME = "'[^'\\\\]*+'";
  private static final String FIELD =
      "\\((?:" + NAME + "|\\(" + NAME + ", " + NAME + "\\)), (" + DTYPE + ")(?:, (" + NUMBERS
          + "))?\\)";

  private static final Pattern ONE_FIELD = Pattern.compile(FIELD);
  private static final Pattern DIGITS = Pattern.compile("\\d++");
  private static final int DIGITS_OF_LONG = 18;

  /** A dtype of several fields, each of them plain. */
  private static final Pattern FIELDS = Pattern.compile("\\[" + FIELD + "(?:, " + FIELD + ")*+\\]");

  private static final Pattern PLAIN =
      Pattern.compile(
          "\\{'descr': ("
              + DTYPE
              + "), 'fortran_order': (?:True|False), 'shape': ("
              + NUMBERS
              + ")(?:, )?\\}\\s*+");

  /** The next header's magic number at or after an offset; negative if there is none. */
  public static long find(MappedFile content, long from) {
    for (long at = from; at < content.size(); at += PIECE) {
      byte[] piece = content.start(at, PIECE + MAGIC.length());
      for (int i = 0; i < Math.min(PIECE, piece.length - MAGIC.length()); i++) {
        if (piece[i] == FIRST && isMagic(piece, i)) {
          return at + i;
        }
      }
    }
    return -1;
  }

  private static boolean isMagic(byte[] piece, int at) {
    for (int i = 0; i < MAGIC.length(); i++) {
      if ((piece[at + i] & 0xff) != MAGIC.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether bytes begin with the header of an array. */
  public static boolean begins(byte[] first) {
    return first.length >= MAGIC.length() && isMagic(first, 0);
  }

  /** Reads the header; null if it is none. */
  public static @Nullable NpyHeader of(MappedFile content, byte[] first) {
    String start = new String(first, StandardCharsets.ISO_8859_1);
    if (!start.startsWith(MAGIC) || first.length < LENGTH_AT + 4) {
      return null;
    }
    long length = (first[LENGTH_AT] & 0xff) | (first[LENGTH_AT + 1] & 0xff) << 8;
    long header = LENGTH_AT + 2;
    if (first[6] >= 2) {
      length |= (first[LENGTH_AT + 2] & 0xffL) << 16 | (first[LENGTH_AT + 3] & 0xffL) << 24;
      header += 2;
    }
    long end = Math.min(header + length, content.size());
    byte[] text = content.start(header, (int) Math.min(end - header, LONGEST_HEADER));
    // A header that is cut short or wrong may be followed by anything.
    Matcher plain =
        header + length > content.size() || length > LONGEST_HEADER
            ? null
            : plain(new String(text, StandardCharsets.ISO_8859_1));
    return plain == null
        ? new NpyHeader(end, true, NO_SIZE)
        : new NpyHeader(end, false, sized(size(plain.group(1), plain.group(2))));
  }

  /**
   * Matches a header that is written exactly as NumPy does and has only numbers, texts and bytes;
   * null if it is not such a header. Fields are replaced by bytes of the same total size.
   */
  private static @Nullable Matcher plain(String header) {
    String reduced = header;
    for (int depth = 0; depth < MOST_NESTING; depth++) {
      Matcher plain = PLAIN.matcher(reduced);
      if (plain.matches()) {
        return plain;
      }
      String inner =
          FIELDS.matcher(reduced).replaceAll(fields -> "'V" + size(fields.group()) + '\'');
      if (inner.equals(reduced)) {
        return null;
      }
      reduced = inner;
    }
    return null;
  }

  private static long sized(long size) {
    return size == Long.MAX_VALUE ? NO_SIZE : size;
  }

  /** The size of all fields of an element. */
  private static long size(String fields) {
    Matcher field = ONE_FIELD.matcher(fields);
    long size = 0;
    while (field.find()) {
      long more = size(field.group(1), field.group(2));
      size = more > Integer.MAX_VALUE - size ? Long.MAX_VALUE : size + more;
    }
    return size;
  }

  /** The size of an array; {@link Long#MAX_VALUE} if it is too large for NumPy. */
  private static long size(String dtype, @Nullable String shape) {
    Matcher digits = DIGITS.matcher(dtype);
    long size = digits.find() ? number(digits.group()) : 0;
    if (dtype.indexOf('U') >= 0) {
      size = product(size, Integer.BYTES);
    }
    if (size > Integer.MAX_VALUE) {
      return Long.MAX_VALUE;
    }
    if (shape != null) {
      Matcher dimensions = DIGITS.matcher(shape);
      while (dimensions.find()) {
        size = product(size, number(dimensions.group()));
      }
    }
    return size;
  }

  private static long number(String digits) {
    return digits.length() > DIGITS_OF_LONG ? Long.MAX_VALUE : Long.parseLong(digits);
  }

  private static long product(long one, long other) {
    return other != 0 && one > Long.MAX_VALUE / other ? Long.MAX_VALUE : one * other;
  }
}
