package dev.pt2st.archive.tar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The records {@code LENGTH KEY=VALUE\n} of an extended header, as {@code _proc_pax} of {@code
 * Lib/tarfile.py} reads them: up to the first that does not look like one.
 */
final class ExtendedRecords {
  /** What says something of a content or its name. Other records change nothing of what is seen. */
  private static final Set<String> KEYS =
      Set.of(
          "path",
          "size",
          "GNU.sparse.name",
          "GNU.sparse.size",
          "GNU.sparse.realsize",
          "GNU.sparse.map",
          "GNU.sparse.major",
          "GNU.sparse.minor");

  private static final int LONGEST_KEY = 20;

  // A dot of Python's own patterns is any byte but the end of a line. They begin with any number of
  // digits, of which one is enough to find the same.
  private static final Pattern OLD_OFFSET =
      Pattern.compile("[0-9] GNU[^\n]sparse[^\n]offset=([0-9]++)\n");
  private static final Pattern OLD_LENGTH =
      Pattern.compile("[0-9] GNU[^\n]sparse[^\n]numbytes=([0-9]++)\n");

  private ExtendedRecords() {}

  /**
   * Adds the records of a header.
   *
   * @return false if Python gives up the archive here
   */
  static boolean read(byte[] content, Map<String, String> target) {
    int at = 0;
    // These two only go forward: a header of zeros, or without the sign, is gone through once.
    int significant = 0;
    int equals = 0;
    while (true) {
      significant = Math.max(significant, at);
      while (significant < content.length && content[significant] == '0') {
        significant++;
      }
      int space = significant;
      long length = 0;
      while (space < content.length && content[space] >= '0' && content[space] <= '9') {
        length = Math.min(PythonNumber.HUGE, length * 10 + (content[space] - '0'));
        space++;
      }
      if (space == at || space >= content.length || content[space] != ' ') {
        return true;
      }
      equals = Math.max(equals, space + 1);
      while (equals < content.length && content[equals] != '=') {
        equals++;
      }
      if (equals == space + 1 || equals >= content.length) {
        return true;
      }
      if (length == 0) {
        return false;
      }
      String key = equals - space > LONGEST_KEY ? "" : text(content, space + 1, equals);
      if (KEYS.contains(key)) {
        int end = (int) Math.min(content.length, at + length - 1);
        target.put(key, equals + 1 < end ? text(content, equals + 1, end) : "");
      }
      if (length > content.length - at) {
        return true;
      }
      at += (int) length;
    }
  }

  private static String text(byte[] content, int from, int to) {
    return new String(content, from, to - from, StandardCharsets.UTF_8);
  }

  /** Version 0.0 of sparse files: the pairs stand in records that repeat their keys. */
  static List<SparseMap.Piece> piecesOfRepeated(byte[] content) {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    List<Long> offsets = numbers(OLD_OFFSET.matcher(text));
    List<Long> lengths = numbers(OLD_LENGTH.matcher(text));
    List<SparseMap.Piece> pieces = new ArrayList<>();
    for (int i = 0; i < Math.min(offsets.size(), lengths.size()); i++) {
      pieces.add(new SparseMap.Piece(offsets.get(i), lengths.get(i)));
    }
    return List.copyOf(pieces);
  }

  private static List<Long> numbers(Matcher matcher) {
    List<Long> numbers = new ArrayList<>();
    while (matcher.find() && numbers.size() < SparseMap.MOST_PIECES) {
      numbers.add(PythonNumber.decimal(matcher.group(1)).orElse(0));
    }
    return numbers;
  }

  /** Version 0.1: pairs with commas between; null if Python finds no numbers. */
  static @Nullable List<SparseMap.Piece> piecesOfList(String value) {
    List<SparseMap.Piece> pieces = new ArrayList<>();
    int at = 0;
    while (at <= value.length() && pieces.size() < SparseMap.MOST_PIECES) {
      int comma = endOfNumber(value, at);
      int end = endOfNumber(value, comma + 1);
      OptionalLong offset = PythonNumber.decimal(value.substring(at, comma));
      boolean isPair = comma < value.length();
      OptionalLong length =
          isPair ? PythonNumber.decimal(value.substring(comma + 1, end)) : OptionalLong.of(0);
      if (offset.isEmpty() || length.isEmpty()) {
        return null;
      }
      if (isPair) {
        pieces.add(new SparseMap.Piece(offset.getAsLong(), length.getAsLong()));
      }
      at = end + 1;
    }
    return List.copyOf(pieces);
  }

  private static int endOfNumber(String value, int from) {
    int comma = value.indexOf(',', from);
    return comma < 0 ? value.length() : comma;
  }

  /**
   * What {@code _apply_pax_info} makes of records.
   *
   * @param name empty if they give none
   * @param size empty if they give none
   * @param sound false if Python gives up the archive here
   */
  record Applied(String name, OptionalLong size, boolean sound) {}

  /** Goes through records in their order, as the last one of several counts. */
  static Applied apply(Map<String, String> records) {
    String name = "";
    OptionalLong size = OptionalLong.empty();
    for (Map.Entry<String, String> record : records.entrySet()) {
      switch (record.getKey()) {
        case "path", "GNU.sparse.name" -> name = record.getValue();
        // What is not a number is none: zero.
        case "size" -> size = OptionalLong.of(PythonNumber.decimal(record.getValue()).orElse(0));
        case "GNU.sparse.size", "GNU.sparse.realsize" -> {
          size = PythonNumber.decimal(record.getValue());
          if (size.isEmpty()) {
            return new Applied(name, size, false);
          }
        }
        default -> {}
      }
    }
    return new Applied(name, size, true);
  }
}
