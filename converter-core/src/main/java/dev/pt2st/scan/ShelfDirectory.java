package dev.pt2st.scan;

import dev.pt2st.LimitException;
import dev.pt2st.Place;
import dev.pt2st.io.MappedFile;

/**
 * The directory file of a {@code dbm.dumb} database. Each line is a Python literal that unpacks to
 * a key and a pair, which gives the place of a value in the data file ({@code _update} in {@code
 * dbm/dumb.py}). Any form that {@code ast.literal_eval} accepts is possible.
 */
final class ShelfDirectory {
  /** Deeper nesting than Python's parser accepts. */
  private static final int MOST_NESTING = 256;

  /** A line with more elements is not part of a directory. */
  private static final int MOST_ELEMENTS = 2;

  /** The kind of a literal. */
  private enum Kind {
    TEXT,
    BYTES,
    /** A number or a name. */
    ATOM,
    /** Two values of any kind. */
    PAIR,
    /** A text and a value that unpacks to a pair. */
    ENTRY,
    /** Any other value with elements. */
    OTHER,
    /** Not a literal. */
    NONE
  }

  private final MappedFile content;
  private long at;
  private boolean hasEntry;

  private ShelfDirectory(MappedFile content) {
    this.content = content;
  }

  /** Whether a content is such a directory with at least one entry. */
  static boolean is(FileScan scan, MappedFile content) throws LimitException {
    ShelfDirectory directory = new ShelfDirectory(content);
    while (directory.at < content.size()) {
      scan.deadline().check(() -> Place.of(content.name()));
      if (!directory.readLine()) {
        return false;
      }
    }
    return directory.hasEntry;
  }

  private boolean readLine() {
    Kind line = elements(-1, 0);
    // Any two values count, since a place is used only when its key is looked up. A text of two
    // characters unpacks to two values too.
    if (line != Kind.ENTRY && line != Kind.PAIR && line != Kind.TEXT) {
      return false;
    }
    hasEntry |= line == Kind.ENTRY;
    if (peek() == '#') {
      while (!isEndOfLine()) {
        at++;
      }
    }
    if (!isEndOfLine()) {
      return false;
    }
    at += at + 1 < content.size() && byteAt(at) == '\r' && byteAt(at + 1) == '\n' ? 2 : 1;
    return true;
  }

  private int byteAt(long offset) {
    return content.i8(offset) & 0xff;
  }

  private boolean isEndOfLine() {
    return at >= content.size() || byteAt(at) == '\n' || byteAt(at) == '\r';
  }

  /** The next non-blank character of the line; negative at its end. */
  private int peek() {
    while (!isEndOfLine()) {
      int c = byteAt(at);
      // These are blanks to str.rstrip and to Python's tokenizer.
      boolean isBlank =
          c == ' '
              || c == '\t'
              || c == 0x0b
              || c == '\f'
              || c == 0x85
              || c == 0xa0
              || (c >= 0x1c && c <= 0x1f);
      if (!isBlank) {
        return c;
      }
      at++;
    }
    return -1;
  }

  /**
   * Elements between brackets, or those of the line.
   *
   * @param close the closing bracket; negative for a whole line
   */
  private Kind elements(int close, int depth) {
    Kind first = Kind.NONE;
    Kind second = Kind.NONE;
    int count = 0;
    boolean isTuple = close != ')' && close >= 0;
    while (!isEnd(close)) {
      if (count == MOST_ELEMENTS && depth == 0) {
        return Kind.NONE;
      }
      Kind kind = value(depth + 1);
      if (kind == Kind.NONE) {
        return kind;
      }
      if (close == '}' && peek() == ':') {
        at++;
        if (value(depth + 1) == Kind.NONE) {
          return Kind.NONE;
        }
      }
      count++;
      if (count == 1) {
        first = kind;
      } else {
        second = kind;
      }
      if (peek() == ',') {
        at++;
        isTuple = true;
      } else if (!isEnd(close)) {
        return Kind.NONE;
      }
    }
    if (close >= 0) {
      at++;
    }
    if (count == 1 && !isTuple) {
      return first; // parentheses around a single value change nothing
    }
    if (count != 2) {
      return Kind.OTHER;
    }
    boolean unpacks = second == Kind.PAIR || second == Kind.ENTRY || second == Kind.BYTES;
    return first == Kind.TEXT && unpacks ? Kind.ENTRY : Kind.PAIR;
  }

  private boolean isEnd(int close) {
    int c = peek();
    return close < 0 ? c < 0 || c == '#' : c == close;
  }

  /** A literal, optionally with signs, or a sum that forms a complex number. */
  private Kind value(int depth) {
    boolean isSigned = skipSigns();
    Kind kind = operand(depth);
    while (kind != Kind.NONE && skipSigns()) {
      isSigned = true;
      kind = operand(depth);
    }
    return kind != Kind.NONE && isSigned ? Kind.ATOM : kind;
  }

  private boolean skipSigns() {
    boolean isSigned = false;
    while (peek() == '+' || peek() == '-') {
      isSigned = true;
      at++;
    }
    return isSigned;
  }

  private Kind operand(int depth) {
    int c = peek();
    if (c < 0 || depth > MOST_NESTING) {
      return Kind.NONE;
    }
    int close = "([{".indexOf(c);
    if (close >= 0) {
      at++;
      return elements(")]}".charAt(close), depth);
    }
    Kind kind = strings();
    if (kind != Kind.NONE) {
      return kind;
    }
    long start = at;
    while (!isEndOfLine() && isOfAtom(byteAt(at))) {
      at++;
    }
    if (at > start && peek() == '(') {
      at++;
      return elements(')', depth) == Kind.NONE ? Kind.NONE : Kind.ATOM; // set()
    }
    return at > start ? Kind.ATOM : Kind.NONE;
  }

  private static boolean isOfAtom(int c) {
    return (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || "_.+-".indexOf(c) >= 0;
  }

  /** Adjacent strings, which form one string. */
  private Kind strings() {
    Kind kind = Kind.NONE;
    while (peek() >= 0) {
      long start = at;
      boolean isBytes = false;
      while (!isEndOfLine() && "uUrRbB".indexOf(byteAt(at)) >= 0 && at < start + 2) {
        isBytes |= byteAt(at) == 'b' || byteAt(at) == 'B';
        at++;
      }
      if (isEndOfLine() || (byteAt(at) != '\'' && byteAt(at) != '"')) {
        at = start;
        return kind;
      }
      if (!skipString()) {
        at = start;
        return Kind.NONE;
      }
      kind = isBytes ? Kind.BYTES : Kind.TEXT;
    }
    return kind;
  }

  private boolean skipString() {
    int quote = byteAt(at);
    int length = isRow(quote) ? 3 : 1;
    at += length;
    while (!isEndOfLine()) {
      if (byteAt(at) == '\\') {
        at += 2;
      } else if (byteAt(at) == quote && (length == 1 || isRow(quote))) {
        at += length;
        return true;
      } else {
        at++;
      }
    }
    return false;
  }

  /** Whether there are three quotes here. */
  private boolean isRow(int quote) {
    return at + 2 < content.size()
        && byteAt(at) == quote
        && byteAt(at + 1) == quote
        && byteAt(at + 2) == quote;
  }
}
