package dev.pt2st.scan;

import dev.pt2st.io.MappedFile;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The header of a {@code .npy} file ({@code numpy/lib/_format_impl.py}): where its data begins and
 * whether that is a pickle, as it is for an array of Python objects.
 */
record NumpyLook(long dataOffset, boolean hasObjects) {
  private static final String MAGIC = "\u0093NUMPY";
  private static final int LENGTH_AT = 8;
  private static final int LONGEST_HEADER = 1 << 20;

  /** A dtype with objects has an O for its kind: {@code '|O'}, {@code [('a', 'O')]}. */
  private static final Pattern OBJECTS = Pattern.compile("['\"][<>|=]?O\\d*['\"]");

  /** Reads the header; null if it is none. */
  static @Nullable NumpyLook of(MappedFile content, byte[] first) {
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
    byte[] text =
        content
            .segment()
            .asSlice(header, Math.min(end - header, LONGEST_HEADER))
            .toArray(ValueLayout.JAVA_BYTE);
    // A header that is cut short or lies may stand before anything.
    boolean hasObjects =
        header + length > content.size()
            || length > LONGEST_HEADER
            || OBJECTS.matcher(new String(text, StandardCharsets.ISO_8859_1)).find();
    return new NumpyLook(end, hasObjects);
  }
}
