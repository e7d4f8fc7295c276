package dev.pt2st.scan;

import dev.pt2st.io.MappedFile;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The header of a {@code .npy} file ({@code numpy/lib/_format_impl.py}): where its data begins and
 * whether that may be a pickle, as it is for an array of Python objects.
 *
 * <p>NumPy evaluates the header as a literal of Python, which has many ways to write the dtype of
 * objects: escapes, strings in a row, a second {@code descr}. So it is taken for one of numbers
 * only where it is written just as NumPy writes it.
 */
record NpyHeader(long dataOffset, boolean mayHaveObjects) {
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
      "\\((?:" + NAME + "|\\(" + NAME + ", " + NAME + "\\)), " + DTYPE + "(?:, " + NUMBERS
          + ")?\\)";

  /** A dtype of several fields, each of them plain. */
  private static final Pattern FIELDS = Pattern.compile("\\[" + FIELD + "(?:, " + FIELD + ")*+\\]");

  private static final Pattern PLAIN =
      Pattern.compile(
          "\\{'descr': "
              + DTYPE
              + ", 'fortran_order': (?:True|False), 'shape': "
              + NUMBERS
              + "(?:, )?\\}\\s*+");

  /** The next header's magic number at or behind an offset; negative if there is none. */
  static long find(MappedFile content, long from) {
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

  /** Reads the header; null if it is none. */
  static @Nullable NpyHeader of(MappedFile content, byte[] first) {
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
    // A header that is cut short or lies may stand before anything.
    boolean mayHaveObjects =
        header + length > content.size()
            || length > LONGEST_HEADER
            || !isPlain(new String(text, StandardCharsets.ISO_8859_1));
    return new NpyHeader(end, mayHaveObjects);
  }

  /** Whether a header is written as NumPy does, and has only numbers, texts and bytes. */
  private static boolean isPlain(String header) {
    String reduced = header;
    for (int depth = 0; depth < MOST_NESTING; depth++) {
      if (PLAIN.matcher(reduced).matches()) {
        return true;
      }
      String inner = FIELDS.matcher(reduced).replaceAll("'V1'");
      if (inner.equals(reduced)) {
        return false;
      }
      reduced = inner;
    }
    return false;
  }
}
