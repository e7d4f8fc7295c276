package dev.pt2st.pickle.analysis;

import dev.pt2st.GlobalName;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import dev.pt2st.pickle.ArgumentValue;
import dev.pt2st.pickle.Opcode;
import dev.pt2st.pickle.PickleText;
import dev.pt2st.pickle.Value;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One instruction of a pickle stream, as {@link InstructionReader} finds it.
 *
 * @param opcode the operation
 * @param argument the argument after the opcode's byte
 * @param offset offset of the opcode's byte in the entry, or in the file if there is no entry
 * @param end offset after the argument, where the next instruction begins
 */
public record Instruction(Opcode opcode, Argument argument, long offset, long end) {
  /** A longer text is not decoded, since it cannot be a name. */
  private static final int MOST_NAME_BYTES = 1 << 16;

  /** Any number with this many digits fits a {@code long}. */
  private static final int MOST_DIGITS = 18;

  /** A memo index or number of more bytes is shown as its text. */
  private static final int MOST_NUMBER_BYTES = 256;

  /** A place for decoders, whose messages are not shown here. */
  private static Place nowhere() {
    return Place.of(new ResourceName(""));
  }

  /**
   * The global that GLOBAL or INST names; null for other opcodes. Names that are not UTF-8 are
   * decoded as Latin-1.
   */
  public @Nullable GlobalName global() {
    return argument instanceof Argument.TwoLines(MemorySegment module, MemorySegment name)
        ? new GlobalName(name(module), name(name))
        : null;
  }

  private static String name(MemorySegment bytes) {
    byte[] copy = bytes.toArray(ValueLayout.JAVA_BYTE);
    String text = PickleText.strictUtf8(copy);
    return text == null ? PickleText.latin1(copy) : text;
  }

  /**
   * The text that an opcode pushes; null if it pushes none, or one that cannot be decoded or has
   * more than 65,536 bytes and so is not a name.
   */
  public @Nullable String text() {
    return text(MOST_NAME_BYTES);
  }

  /** The same, for a text of at most so many bytes. */
  @Nullable String text(int most) {
    if (!isText() || argumentBytes() > most) {
      return null;
    }
    return value() instanceof Value.Text text ? text.value() : null;
  }

  /** Whether it pushes a text. */
  public boolean isText() {
    return switch (opcode) {
      case STRING, UNICODE, SHORT_BINSTRING, BINSTRING, SHORT_BINUNICODE, BINUNICODE, BINUNICODE8 ->
          true;
      default -> false;
    };
  }

  /**
   * The memo index of PUT, GET and similar opcodes; -1 for other opcodes, an invalid index, and one
   * of more than 18 digits.
   */
  public long memoIndex() {
    return switch (opcode) {
      case BINGET, LONG_BINGET, BINPUT, LONG_BINPUT ->
          argument instanceof Argument.Whole(long index) ? index : -1;
      case GET, PUT -> textIndex();
      default -> -1;
    };
  }

  private long textIndex() {
    String digits = indexDigits();
    return digits == null || digits.length() > MOST_DIGITS ? -1 : Long.parseLong(digits);
  }

  /** The decimal digits of the memo index of PUT and GET; null if there is none. */
  @Nullable String indexDigits() {
    return argument instanceof Argument.Line(MemorySegment line)
        ? NumberSyntax.index(line.toArray(ValueLayout.JAVA_BYTE))
        : null;
  }

  /** Whether the argument is a number or an escape as Python writes them today. */
  boolean isDecodable() {
    return switch (opcode) {
      case GET, PUT -> memoIndex() >= 0;
      case INT, LONG, FLOAT, STRING, UNICODE ->
          argumentBytes() > MOST_NAME_BYTES || value() != null;
      default -> true;
    };
  }

  /** The value that the argument represents; null if it cannot be decoded or is not a value. */
  private @Nullable Value value() {
    try {
      return switch (argument) {
        case Argument.Line(MemorySegment line) ->
            opcode == Opcode.PERSID || opcode == Opcode.GET || opcode == Opcode.PUT
                ? null
                : ArgumentValue.ofLine(
                    opcode, line.toArray(ValueLayout.JAVA_BYTE), Instruction::nowhere);
        case Argument.Counted(MemorySegment bytes) ->
            ArgumentValue.ofCounted(
                opcode, bytes.toArray(ValueLayout.JAVA_BYTE), Instruction::nowhere);
        default -> null;
      };
    } catch (MalformedException e) {
      return null;
    }
  }

  long argumentBytes() {
    return switch (argument) {
      case Argument.Line(MemorySegment line) -> line.byteSize();
      case Argument.Counted(MemorySegment bytes) -> bytes.byteSize();
      case Argument.TwoLines(MemorySegment module, MemorySegment name) ->
          module.byteSize() + name.byteSize();
      default -> 0;
    };
  }

  /**
   * The argument as a Python literal, as {@code dis} of {@code Lib/pickletools.py} prints it; empty
   * if there is none. A long text is cut off and its number of bytes given. A text that cannot be
   * decoded is given as bytes.
   *
   * @param most approximately how many bytes of the stream are shown
   */
  public String argumentText(int most) {
    return switch (argument) {
      case Argument.Nothing nothing -> "";
      case Argument.Whole(long value) -> Long.toString(value);
      case Argument.Real(double value) -> PythonLiteral.real(value);
      case Argument.TwoLines(MemorySegment module, MemorySegment name) ->
          module.byteSize() + name.byteSize() <= most
              ? PythonLiteral.text(name(module) + ' ' + name(name))
              : cut(module, most / 2) + ' ' + cut(name, most / 2);
      case Argument.Line(MemorySegment line) -> literal(line, most);
      case Argument.Counted(MemorySegment bytes) -> literal(bytes, most);
    };
  }

  private String literal(MemorySegment bytes, int most) {
    long index = memoIndex();
    if (index >= 0) {
      return Long.toString(index);
    }
    if (opcode == Opcode.PERSID || bytes.byteSize() > (isNumber() ? MOST_NUMBER_BYTES : most)) {
      return cut(bytes, most);
    }
    return switch (value()) {
      case Value.Bool bool -> bool.value() ? "True" : "False";
      case Value.Int number -> Long.toString(number.value());
      case Value.BigInt number -> number.value().toString();
      case Value.Real number -> PythonLiteral.real(number.value());
      case Value.Text text -> PythonLiteral.text(text.value());
      case Value.Bytes data -> PythonLiteral.bytes(data.value().toArray(ValueLayout.JAVA_BYTE));
      case Value.MutableBytes data ->
          PythonLiteral.byteArray(data.value().toArray(ValueLayout.JAVA_BYTE));
      case null, default -> cut(bytes, most);
    };
  }

  private boolean isNumber() {
    return opcode == Opcode.LONG1 || opcode == Opcode.LONG4;
  }

  /** The first bytes as they are, in quotes, and the number of bytes if these are not all. */
  private String cut(MemorySegment bytes, int most) {
    byte[] shown = start(bytes, most);
    boolean isText = argument instanceof Argument.TwoLines || opcode == Opcode.PERSID || isText();
    boolean whole = shown.length == bytes.byteSize();
    String text = isText ? decoded(shown, whole) : null;
    String literal = text == null ? PythonLiteral.bytes(shown) : PythonLiteral.text(text);
    return whole ? literal : literal + "... (" + bytes.byteSize() + " bytes)";
  }

  /** The text of UTF-8, perhaps cut off within its last character; null if it is not UTF-8. */
  private static @Nullable String decoded(byte[] bytes, boolean whole) {
    for (int cut = 0; cut <= (whole ? 0 : Math.min(3, bytes.length)); cut++) {
      String text = PickleText.strictUtf8(Arrays.copyOf(bytes, bytes.length - cut));
      if (text != null) {
        return text;
      }
    }
    return null;
  }

  private static byte[] start(MemorySegment bytes, int most) {
    return bytes.asSlice(0, Math.min(most, bytes.byteSize())).toArray(ValueLayout.JAVA_BYTE);
  }
}
