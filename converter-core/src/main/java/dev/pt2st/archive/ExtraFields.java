package dev.pt2st.archive;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The extra fields of a ZIP header (PKWARE APPNOTE 6.3.10, section 4.5). */
final class ExtraFields {
  /** The id of the zip64 field, for sizes and offsets that do not fit 32 bits. */
  static final int ZIP64 = 0x0001;

  /** The value in a header that refers to the zip64 field. */
  static final long SATURATED = 0xffff_ffffL;

  static final ByteBuffer NONE = ByteBuffer.allocate(0).asReadOnlyBuffer();

  /** Bytes of the id and the length of a field. */
  private static final int HEADER = 4;

  private final ByteBuffer fields;
  private final Place place;

  /**
   * The fields of a header.
   *
   * @param place the header, for messages
   */
  ExtraFields(byte[] fields, Place place) {
    this.fields = ByteBuffer.wrap(fields).order(ByteOrder.LITTLE_ENDIAN);
    this.place = place;
  }

  /** Whether there may be a field after those already read. */
  boolean hasMore() {
    // Fewer than four bytes are padding, which some writers leave.
    return fields.remaining() >= HEADER;
  }

  /** The content of the next field with an id; empty if there is none. */
  ByteBuffer next(int wanted) throws MalformedException {
    while (hasMore()) {
      int id = fields.getShort() & 0xffff;
      int length = fields.getShort() & 0xffff;
      if (length > fields.remaining()) {
        throw new MalformedException(place, "an extra field runs past its header");
      }
      ByteBuffer content = fields.slice(fields.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      fields.position(fields.position() + length);
      if (id == wanted) {
        return content;
      }
    }
    return NONE;
  }

  /**
   * The next number of a zip64 field.
   *
   * @param place of the header
   */
  static long nextLong(ByteBuffer wide, Place place) throws MalformedException {
    if (wide.remaining() < Long.BYTES) {
      throw new MalformedException(place, "the zip64 sizes of an entry are missing");
    }
    return wide.getLong();
  }
}
