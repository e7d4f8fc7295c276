package dev.pt2st.pickle;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/** Decodes the values that opcodes carry as arguments in the stream: one table for all opcodes. */
public final class ArgumentValue {
  private ArgumentValue() {}

  /**
   * The value of an argument that is a line of text.
   *
   * @param opcode INT, LONG, FLOAT, STRING or UNICODE
   * @param line without the line feed
   */
  public static Value ofLine(Opcode opcode, byte[] line, Supplier<Place> where)
      throws MalformedException {
    return switch (opcode) {
      case INT -> PickleText.integer(line, where);
      case LONG -> PickleText.longInteger(line, where);
      case FLOAT -> PickleText.real(line, where);
      case STRING -> PickleText.string(MemorySegment.ofArray(line), where);
      case UNICODE -> PickleText.unicode(line, where);
      default -> throw new IllegalArgumentException(opcode + " has no line that is a value");
    };
  }

  /**
   * The value of an argument that is counted bytes.
   *
   * @param bytes a copy of them
   */
  public static Value ofCounted(Opcode opcode, byte[] bytes, Supplier<Place> where)
      throws MalformedException {
    return switch (opcode) {
      case LONG1, LONG4 -> PickleText.binaryInteger(bytes, where);
      case SHORT_BINUNICODE, BINUNICODE, BINUNICODE8 ->
          new Value.Text(PickleText.utf8(bytes, where));
      case SHORT_BINSTRING, BINSTRING -> Value.Text.python2(bytes(bytes));
      case SHORT_BINBYTES, BINBYTES, BINBYTES8 -> bytes(bytes);
      case BYTEARRAY8 -> new Value.MutableBytes(bytes(bytes));
      default -> throw new IllegalArgumentException(opcode + " has no counted bytes");
    };
  }

  private static Value.Bytes bytes(byte[] bytes) {
    return new Value.Bytes(MemorySegment.ofArray(bytes));
  }
}
