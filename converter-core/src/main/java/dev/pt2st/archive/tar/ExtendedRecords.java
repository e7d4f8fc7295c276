package dev.pt2st.archive.tar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The records {@code LENGTH KEY=VALUE\n} of an extended header, as {@code _proc_pax} of {@code
 * Lib/tarfile.py} reads them: up to the first that does not look like one.
 */
final class ExtendedRecords {
  /** No writer comes near it; a key of Python may be as long as its header. */
  private static final int LONGEST_KEY = 1 << 16;

  private static final Pattern OLD_OFFSET = Pattern.compile("\\d+ GNU.sparse.offset=(\\d+)\n");
  private static final Pattern OLD_LENGTH = Pattern.compile("\\d+ GNU.sparse.numbytes=(\\d+)\n");

  private ExtendedRecords() {}

  /**
   * Adds the records of a header.
   *
   * @return false if Python gives up the archive here
   */
  static boolean read(byte[] content, Map<String, String> target) {
    int at = 0;
    while (true) {
      int space = at;
      long length = 0;
      while (space < content.length && content[space] >= '0' && content[space] <= '9') {
        length = Math.min(PythonNumber.HUGE, length * 10 + (content[space] - '0'));
        space++;
      }
      if (space == at || space >= content.length || content[space] != ' ') {
        return true;
      }
      int equals = space + 1;
      while (equals < content.length && content[equals] != '=') {
        equals++;
      }
      if (equals == space + 1 || equals >= content.length || equals - space > LONGEST_KEY) {
        return true;
      }
      if (length == 0) {
        return false;
      }
      String key = text(content, space + 1, equals);
      int end = (int) Math.min(content.length, at + length - 1);
      target.put(key, equals + 1 < end ? text(content, equals + 1, end) : "");
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
    return pieces;
  }

  private static List<Long> numbers(Matcher matcher) {
    List<Long> numbers = new ArrayList<>();
    while (matcher.find()) {
      numbers.add(PythonNumber.decimal(matcher.group(1)).orElse(0));
    }
    return numbers;
  }

  /** Version 0.1: pairs with commas between; null where Python finds no numbers. */
  static @Nullable List<SparseMap.Piece> piecesOfList(String value) {
    List<SparseMap.Piece> pieces = new ArrayList<>();
    String[] parts = value.split(",", -1);
    for (int i = 0; i < parts.length; i += 2) {
      OptionalLong offset = PythonNumber.decimal(parts[i]);
      OptionalLong length =
          i + 1 < parts.length ? PythonNumber.decimal(parts[i + 1]) : OptionalLong.of(0);
      if (offset.isEmpty() || length.isEmpty()) {
        return null;
      }
      if (i + 1 < parts.length) {
        pieces.add(new SparseMap.Piece(offset.getAsLong(), length.getAsLong()));
      }
    }
    return pieces;
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
    for (Map.Entry<String, String> record : new LinkedHashMap<>(records).entrySet()) {
      switch (record.getKey()) {
        case "path", "GNU.sparse.name" -> name = record.getValue();
        // What is no number is none: zero.
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
