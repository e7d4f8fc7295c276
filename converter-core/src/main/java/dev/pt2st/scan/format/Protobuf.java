package dev.pt2st.scan.format;

import static dev.pt2st.scan.format.FormatBytes.NONE;

/** Walks Protocol Buffers messages (protobuf.dev, "Encoding"). */
final class Protobuf {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  private static final int LONGEST_VARINT = 10;
  private static final int WIRE_BITS = 3;

  private Protobuf() {}

  /** A message, or the content of a bytes field. */
  record Part(FormatBytes in, long from, long to) {
    static Part all(FormatBytes in) {
      return new Part(in, 0, in.size());
    }
  }

  /**
   * One field.
   *
   * @param number its number in the message
   * @param wire its wire type
   * @param value the value of a varint, negative if it does not fit a {@code long}; for other types
   *     the offset of the content
   * @param content its bytes
   */
  record Field(int number, int wire, long value, Part content) {
    boolean is(int wantedNumber, int wantedWire) {
      return number == wantedNumber && wire == wantedWire;
    }
  }

  /** Is called with the fields of a message. */
  @FunctionalInterface
  interface Fields {
    /** Handles a field; returns whether the message may have it. */
    boolean take(Field field);
  }

  /** Whether a part is a message to its last byte and all its fields are allowed. */
  static boolean walk(Part part, Fields fields) {
    FormatBytes in = part.in;
    long at = part.from;
    while (at < part.to) {
      long[] tag = varint(in, at, part.to);
      if (tag[1] == NONE || tag[0] < 1 << WIRE_BITS || tag[0] > 0xffff_ffffL) {
        return false;
      }
      at = tag[1];
      int wire = (int) tag[0] & 7;
      long value = at;
      long end;
      switch (wire) {
        case VARINT -> {
          long[] number = varint(in, at, part.to);
          value = number[0];
          end = number[1];
        }
        case FIXED64 -> end = at + Long.BYTES;
        case FIXED32 -> end = at + Integer.BYTES;
        case BYTES -> {
          long[] length = varint(in, at, part.to);
          at = length[1];
          boolean fits = at >= 0 && length[0] >= 0 && length[0] <= part.to - at;
          end = fits ? at + length[0] : NONE;
        }
        default -> end = NONE;
      }
      if (end == NONE || end > part.to) {
        return false;
      }
      int number = (int) (tag[0] >>> WIRE_BITS);
      if (!fields.take(new Field(number, wire, value, new Part(in, at, end)))) {
        return false;
      }
      at = end;
    }
    return true;
  }

  /** A number, and the offset after it; none if it is not within the message. */
  private static long[] varint(FormatBytes in, long from, long to) {
    long number = 0;
    for (int i = 0; i < LONGEST_VARINT && from + i < to; i++) {
      long part = in.u8(from + i);
      if (part == NONE) {
        break;
      }
      number |= (part & 0x7f) << (7 * i);
      if (part < 0x80) {
        return new long[] {number, from + i + 1};
      }
    }
    return new long[] {NONE, NONE};
  }
}
