package dev.pt2st.scan.format;

import static dev.pt2st.scan.format.FormatBytes.NONE;

/** FlatBuffers tables (flatbuffers.dev, "FlatBuffer Internals"). */
final class FlatBuffer {
  private static final int SMALLEST_VTABLE = 4;

  private FlatBuffer() {}

  private static long vtable(FormatBytes in, long table) {
    long distance = in.u32(table);
    return distance == NONE ? NONE : table - (int) distance;
  }

  /** Whether there is a table at an offset that agrees with its own table of offsets. */
  static boolean isTable(FormatBytes in, long at) {
    long vtable = vtable(in, at);
    long size = in.u16(vtable);
    long fields = in.u16(vtable + Short.BYTES);
    return size >= SMALLEST_VTABLE
        && size % 2 == 0
        && in.fits(vtable, size)
        && fields >= Integer.BYTES
        && in.fits(at, fields);
  }

  /** Where a field of a table points to; none if it has no such field. */
  static long target(FormatBytes in, long table, int field) {
    long vtable = vtable(in, table);
    long slot = SMALLEST_VTABLE + (long) field * Short.BYTES;
    long offset = slot < in.u16(vtable) ? in.u16(vtable + slot) : NONE;
    if (offset <= 0) {
      return NONE;
    }
    long distance = in.u32(table + offset);
    return distance == NONE ? NONE : table + offset + distance;
  }
}
