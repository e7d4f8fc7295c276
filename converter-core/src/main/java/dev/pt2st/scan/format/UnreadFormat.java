package dev.pt2st.scan.format;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Formats that are not scanned, although a loader may find pickles or code in them. A magic number
 * is enough to recognize them, since the verdict is never good.
 */
public enum UnreadFormat {
  HDF5(
      "HDF5 file",
      "HDF5 is not read; a Keras model in it may hold Python code (Lambda layers)",
      0,
      "\u0089HDF\r\n\u001a\n"),
  ZSTD(
      "zstd data",
      "it begins as data compressed with zstd, and does not decompress",
      0,
      "(\u00b5/\u00fd"),
  LZ4(
      "LZ4 data",
      "it begins as data compressed with LZ4, and does not decompress",
      0,
      "\4\"M\u0018"),
  LZMA("LZMA data", "it begins as data compressed with LZMA, and does not decompress", 0, "]\0"),
  RAR("RAR archive", "RAR archives are not read", 0, "Rar!\u001a\7"),
  OLD_JOBLIB("old joblib file", "compressed files of old joblib are not read", 0, "ZF"),
  JAVA_SERIALIZATION(
      "Java serialization",
      "it holds serialized Java objects, which can run code when they are read",
      0,
      "\u00ac\u00ed\0\5"),
  GDBM(
      "gdbm database",
      UnreadFormat.DATABASE,
      0,
      "\u00ce\u009aW\u0013",
      "\u00cd\u009aW\u0013",
      "\u00cf\u009aW\u0013",
      "\u0013W\u009a\u00ce",
      "\u0013W\u009a\u00cd",
      "\u0013W\u009a\u00cf"),
  OLD_BERKELEY_DB("Berkeley DB database", UnreadFormat.DATABASE, 0, "\0\6\25a", "a\25\6\0"),
  BERKELEY_DB(
      "Berkeley DB database",
      UnreadFormat.DATABASE,
      12,
      "a\25\6\0",
      "\0\6\25a",
      "b1\5\0",
      "\0\0051b");

  private static final String DATABASE =
      "databases are not read; the values of a shelf (shelve) are pickles";

  /** A length in hexadecimal follows; joblib accepts whatever Python's int() accepts. */
  private static final Pattern JOBLIB_LENGTH =
      Pattern.compile("ZF[\\s+\\-xX_0-9a-fA-FlL]{19}|ZF[\\s+\\-xX_0-9a-fA-FlL]*+$");

  private final String kind;
  private final String why;
  private final int at;

  // An immutable list.
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<String> magics;

  UnreadFormat(String kind, String why, int at, String... magics) {
    this.kind = kind;
    this.why = why;
    this.at = at;
    this.magics = List.of(magics);
  }

  /** What it is, in words. */
  public String kind() {
    return kind;
  }

  /** Why its content cannot be judged. */
  public String why() {
    return why;
  }

  /** The format whose magic number is in the first bytes of a file; null if there is none. */
  public static @Nullable UnreadFormat of(byte[] first) {
    String start = new String(first, StandardCharsets.ISO_8859_1);
    for (UnreadFormat format : values()) {
      if (format == OLD_JOBLIB && !JOBLIB_LENGTH.matcher(start).lookingAt()) {
        continue;
      }
      for (String magic : format.magics) {
        if (start.startsWith(magic, format.at)) {
          return format;
        }
      }
    }
    return null;
  }
}
