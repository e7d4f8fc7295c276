package dev.pt2st.archive;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.io.MappedFile;

/**
 * The end record of a ZIP, or the zip64 one (APPNOTE 4.3.14 to 4.3.16). It is searched for as in
 * {@code mz_zip_reader_read_central_dir} of miniz.
 *
 * @param directoryOffset where the central directory begins, from the start of the file
 * @param directorySize its size in bytes
 * @param entries how many entries it has
 * @param endOffset where the first of the end records begins: the directory ends there
 */
record ZipEnd(long directoryOffset, long directorySize, long entries, long endOffset) {
  private static final int END_SIZE = 22;
  private static final int ZIP64_END = 0x06064b50;
  private static final int ZIP64_END_SIZE = 56;
  private static final int ZIP64_LOCATOR = 0x07064b50;
  private static final int ZIP64_LOCATOR_SIZE = 20;
  private static final int MAX_COMMENT = 0xffff;
  private static final long SATURATED = 0xffff_ffffL;

  /** Finds it. */
  static ZipEnd find(MappedFile file)
      throws MalformedException, RefusedException, UnsupportedException {
    return new Finder(file, Place.of(file.name())).read();
  }

  private record Finder(MappedFile file, Place place) {
    /** Finds the one end record, and the zip64 one if there is a locator before it. */
    private ZipEnd read() throws MalformedException, RefusedException, UnsupportedException {
      long size = file.size();
      if (size < END_SIZE) {
        throw cutShort();
      }
      long tailStart = Math.max(0, size - END_SIZE - MAX_COMMENT);
      ByteCursor cursor = file.cursor(place);
      cursor.position(tailStart);
      byte[] tail = cursor.array(size - tailStart);
      long found = -1;
      for (int at = tail.length - END_SIZE; at >= 0; at--) {
        if (tail[at] == 'P' && tail[at + 1] == 'K' && tail[at + 2] == 5 && tail[at + 3] == 6) {
          int comment = (tail[at + END_SIZE - 2] & 0xff) | (tail[at + END_SIZE - 1] & 0xff) << 8;
          if (found < 0) {
            // As in miniz and Python: the last one, whatever its comment.
            found = tailStart + at;
          } else if (at + END_SIZE + comment == tail.length) {
            // A reader that requires the comment to reach the end of the file would take this one.
            throw ambiguous(tailStart + at, "the archive has more than one end record");
          }
        }
      }
      if (found < 0) {
        throw cutShort();
      }
      cursor.position(found + 4);
      int disk = cursor.u16();
      int directoryDisk = cursor.u16();
      int entriesHere = cursor.u16();
      int entries = cursor.u16();
      long directorySize = cursor.u32();
      long directoryOffset = cursor.u32();
      int comment = cursor.u16();
      if (cursor.position() + comment != size) {
        throw ambiguous(
            found,
            "the end record announces a comment of "
                + comment
                + " bytes and "
                + (size - cursor.position())
                + " follow");
      }
      if (disk != directoryDisk || disk > 1 || entriesHere != entries) {
        throw new UnsupportedException(
            place.at(found),
            "the archive spans several disks",
            new Remedy.Advice("join it into one file first"));
      }
      ZipEnd plain = new ZipEnd(directoryOffset, directorySize, entries, found);
      ZipEnd end = readZip64(cursor, found, plain);
      if (end.directoryOffset < 0
          || end.directorySize < 0
          || end.directoryOffset > size
          || end.directorySize != end.endOffset - end.directoryOffset) {
        throw ambiguous(
            found,
            "the central directory ("
                + Long.toUnsignedString(end.directorySize)
                + " bytes at "
                + Long.toUnsignedString(end.directoryOffset)
                + ") does not end where the end record begins");
      }
      return end;
    }

    private ZipEnd readZip64(ByteCursor cursor, long endOffset, ZipEnd plain)
        throws MalformedException, RefusedException, UnsupportedException {
      boolean saturated =
          plain.entries == 0xffff
              || plain.directoryOffset == SATURATED
              || plain.directorySize == SATURATED;
      long locator = endOffset - ZIP64_LOCATOR_SIZE;
      if (locator >= 0) {
        cursor.position(locator);
        if (cursor.i32() == ZIP64_LOCATOR) {
          cursor.u32();
          long at = cursor.i64();
          if (at != locator - ZIP64_END_SIZE || at < 0) {
            throw ambiguous(locator, "the zip64 end record is not where its locator says");
          }
          return readZip64End(cursor, at, plain);
        }
      }
      if (saturated && plain.directorySize + plain.directoryOffset != endOffset) {
        throw new MalformedException(
            place.at(endOffset), "the end record asks for a zip64 one, which is not there");
      }
      return plain;
    }

    private ZipEnd readZip64End(ByteCursor cursor, long at, ZipEnd plain)
        throws MalformedException, RefusedException, UnsupportedException {
      cursor.position(at);
      if (cursor.i32() != ZIP64_END) {
        throw ambiguous(at, "the zip64 end record is not where its locator says");
      }
      long recordSize = cursor.i64();
      cursor.u16();
      cursor.u16();
      long disk = cursor.u32();
      long directoryDisk = cursor.u32();
      long entriesHere = cursor.i64();
      long entries = cursor.i64();
      long directorySize = cursor.i64();
      long directoryOffset = cursor.i64();
      if (recordSize != ZIP64_END_SIZE - 12) {
        throw ambiguous(at, "the zip64 end record has a size of " + recordSize);
      }
      if (disk != directoryDisk || disk > 1 || entriesHere != entries) {
        throw new UnsupportedException(
            place.at(at),
            "the archive spans several disks",
            new Remedy.Advice("join it into one file first"));
      }
      if (differs(plain.entries, entries, 0xffff)
          || differs(plain.directorySize, directorySize, SATURATED)
          || differs(plain.directoryOffset, directoryOffset, SATURATED)) {
        throw ambiguous(at, "the end record and the zip64 end record disagree");
      }
      return new ZipEnd(directoryOffset, directorySize, entries, at);
    }

    private static boolean differs(long plain, long wide, long saturated) {
      return plain != saturated && plain != wide;
    }

    private MalformedException cutShort() {
      return new MalformedException(
          place,
          "the archive has no end record, so it is cut short",
          new Remedy.FetchAgain("download or copy it again"));
    }

    private RefusedException ambiguous(long at, String problem) {
      return new RefusedException(place.at(at), problem, ZipReader.AMBIGUOUS);
    }
  }
}
