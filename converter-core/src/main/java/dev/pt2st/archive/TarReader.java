package dev.pt2st.archive;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipEncoding;
import org.apache.commons.compress.archivers.zip.ZipEncodingHelper;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files of a tar (ustar and the pax interchange format of POSIX.1-2001, and GNU's long
 * names) as Python's {@code Lib/tarfile.py} does, which PyTorch uses for its own tars.
 *
 * <p>Commons-compress parses each header, but this class walks from one to the next. {@code
 * TarArchiveInputStream} recurses at each extended header, so a chain of them overflows the stack,
 * and it does not say where in the archive a file's content is.
 */
final class TarReader {
  private static final int BLOCK = TarConstants.DEFAULT_RCDSIZE;

  /** More than names, times and attributes need. */
  private static final long MAX_EXTENDED_HEADER = 1 << 20;

  private static final int MAX_DIGITS = 18;

  private static final int CHECKSUM_AT = 148;
  private static final int CHECKSUM_BYTES = 8;

  /** What {@code int(text, 8)} of Python takes. */
  private static final Pattern OCTAL =
      Pattern.compile("[ \\t-\\r]*\\+?(?:0[oO]_?)?([0-7]+(?:_[0-7]+)*)[ \\t-\\r]*");

  /** The type of the extended header that Solaris wrote before POSIX defined one. */
  private static final byte SOLARIS_EXTENDED_HEADER = 'X';

  private static final Set<String> TORCH_MEMBERS =
      Set.of("sys_info", "pickle", "tensors", "storages");

  private static final ZipEncoding UTF_8 = ZipEncodingHelper.getZipEncoding("UTF-8");

  private final MappedFile file;
  private final Limits limits;
  private final Place place;
  private final ByteCursor in;
  private final Map<String, String> forAll = new HashMap<>();
  private final Map<String, String> forNext = new HashMap<>();
  private long headers;

  /**
   * @param limits limit the number of entries
   */
  TarReader(MappedFile file, Limits limits) {
    this.file = file;
    this.limits = limits;
    this.place = Place.of(file.name());
    this.in = file.cursor(place);
  }

  /**
   * Whether a file begins with a tar header that has the right checksum.
   *
   * @param start the first bytes of the file
   */
  static boolean isTar(byte[] start) {
    return start.length >= BLOCK && hasChecksum(start);
  }

  /**
   * Whether a tar is a checkpoint itself: its first member is one of those that {@code
   * _legacy_load} of torch/serialization.py takes from a tar.
   */
  static boolean isTorchTar(MappedFile file) {
    try {
      TarEntry first = new TarReader(file, Limits.STANDARD).next();
      return first != null && TORCH_MEMBERS.contains(first.name());
    } catch (CheckpointException e) {
      return false;
    }
  }

  /** As in {@code frombuf} of {@code Lib/tarfile.py}: a sum of the bytes, signed or unsigned. */
  private static boolean hasChecksum(byte[] header) {
    long unsigned = CHECKSUM_BYTES * ' ';
    long signed = unsigned;
    for (int i = 0; i < BLOCK; i++) {
      if (i < CHECKSUM_AT || i >= CHECKSUM_AT + CHECKSUM_BYTES) {
        unsigned += header[i] & 0xff;
        signed += header[i];
      }
    }
    long said = checksum(Arrays.copyOfRange(header, CHECKSUM_AT, CHECKSUM_AT + CHECKSUM_BYTES));
    return said >= 0 && (said == unsigned || said == signed);
  }

  /** The number in a field, as in {@code nti} of {@code Lib/tarfile.py}; -1 if there is none. */
  private static long checksum(byte[] field) {
    if (field[0] == (byte) 0x80) {
      long number = 0;
      for (int i = 1; i < field.length; i++) {
        number = number << 8 | (field[i] & 0xff);
      }
      return number;
    }
    String text = new String(field, StandardCharsets.ISO_8859_1);
    int end = text.indexOf('\0');
    Matcher octal = OCTAL.matcher(end < 0 ? text : text.substring(0, end));
    return octal.matches() ? Long.parseLong(octal.group(1).replace("_", ""), 8) : -1;
  }

  /**
   * Reads all headers of a tar whose files are the records of one checkpoint.
   *
   * @throws CheckpointException as {@link #next()}, and if two readers could see different files
   */
  static TarArchive read(MappedFile file, Limits limits) throws CheckpointException {
    TarReader reader = new TarReader(file, limits);
    Map<String, TarEntry> entries = new LinkedHashMap<>();
    TarEntry entry = reader.next();
    while (entry != null) {
      if (entries.put(entry.name(), entry) != null) {
        throw new RefusedException(
            reader.place.inEntry(entry.name()),
            "the archive has two entries \"" + entry.name() + "\"",
            ZipReader.AMBIGUOUS);
      }
      entry = reader.next();
    }
    reader.checkRest();
    return new TarArchive(entries);
  }

  /**
   * The next regular file; null at the end of the archive.
   *
   * @throws CheckpointException if a header is damaged or of an unsupported kind, or there are more
   *     headers than the limit
   */
  @Nullable TarEntry next() throws CheckpointException {
    while (in.remaining() > 0) {
      Place at = in.place();
      byte[] header = in.array(BLOCK);
      if (isZero(header)) {
        return null;
      }
      if (!hasChecksum(header)) {
        throw new MalformedException(at, "the checksum of a tar header is wrong");
      }
      if (++headers > limits.get(Limit.ENTRIES)) {
        throw new LimitException(
            at,
            Limit.ENTRIES,
            "the archive has more than " + limits.get(Limit.ENTRIES) + " entries");
      }
      TarEntry entry = read(entryOf(header, at), at);
      if (entry != null) {
        return entry;
      }
    }
    return null;
  }

  private static TarArchiveEntry entryOf(byte[] header, Place at) throws MalformedException {
    try {
      return new TarArchiveEntry(header, UTF_8, false);
    } catch (IOException | IllegalArgumentException e) {
      throw new MalformedException(at, "a tar header has an invalid number");
    }
  }

  /** A regular file; null for a header that only describes another one. */
  private @Nullable TarEntry read(TarArchiveEntry header, Place at) throws CheckpointException {
    switch (header.getLinkFlag()) {
      case TarConstants.LF_PAX_EXTENDED_HEADER_LC, SOLARIS_EXTENDED_HEADER ->
          readExtended(header.getSize(), forNext, at);
      case TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER -> readExtended(header.getSize(), forAll, at);
      case TarConstants.LF_GNUTYPE_LONGNAME -> {
        byte[] name = extendedHeader(header.getSize(), at);
        int end = 0;
        while (end < name.length && name[end] != 0) {
          end++;
        }
        forNext.put("path", text(name, 0, end));
      }
      case TarConstants.LF_GNUTYPE_LONGLINK -> extendedHeader(header.getSize(), at);
      case TarConstants.LF_OLDNORM, TarConstants.LF_NORMAL, TarConstants.LF_CONTIG -> {
        return readFile(header, at);
      }
      case TarConstants.LF_LINK,
          TarConstants.LF_SYMLINK,
          TarConstants.LF_CHR,
          TarConstants.LF_BLK,
          TarConstants.LF_DIR,
          TarConstants.LF_FIFO -> {
        if (header.getSize() != 0) {
          throw new RefusedException(
              at, "a tar entry that is not a file has a size", ZipReader.AMBIGUOUS);
        }
        forNext.clear();
      }
      default ->
          throw new UnsupportedException(
              at,
              "a tar entry is of a type that is not read: '" + (char) header.getLinkFlag() + '\'',
              new Remedy.Advice("unpack the archive and write it again with Python's tarfile"));
    }
    return null;
  }

  private @Nullable TarEntry readFile(TarArchiveEntry header, Place at) throws CheckpointException {
    String name = header.getName();
    long size = header.getSize();
    Map<String, String> extended = new HashMap<>(forAll);
    extended.putAll(forNext);
    forNext.clear();
    for (Map.Entry<String, String> record : extended.entrySet()) {
      switch (record.getKey()) {
        case "path" -> name = record.getValue();
        case "size" -> size = sizeOf(record.getValue(), at);
        default -> {
          if (record.getKey().startsWith("GNU.sparse.")) {
            throw new UnsupportedException(
                at,
                "a tar entry is a sparse file",
                new Remedy.Advice("write the archive again without sparse files"));
          }
        }
      }
    }
    if (forAll.containsKey("size")) {
      throw new RefusedException(
          at, "a tar header gives one size to all entries", ZipReader.AMBIGUOUS);
    }
    if (name.endsWith("/") && size != 0) {
      throw new RefusedException(
          at, "a tar entry is a directory by its name and has a size", ZipReader.AMBIGUOUS);
    }
    long start = in.position();
    skip(size);
    // Writers older than POSIX marked a directory this way.
    return name.endsWith("/")
        ? null
        : new TarEntry(name, new ByteSource.Stored(name, file, start, size, OptionalInt.empty()));
  }

  /** Skips content up to the end of its last block. */
  private void skip(long size) throws MalformedException {
    in.skip(size);
    long over = size % BLOCK;
    in.skip(over == 0 ? 0 : Math.min(BLOCK - over, in.remaining()));
  }

  private byte[] extendedHeader(long size, Place at) throws MalformedException {
    if (size < 0 || size > MAX_EXTENDED_HEADER) {
      throw new MalformedException(at, "an extended tar header has " + size + " bytes");
    }
    long start = in.position();
    byte[] content = in.array(size);
    in.position(start);
    skip(size);
    return content;
  }

  /** Records of the form {@code LENGTH KEY=VALUE\n}; the length is in bytes and includes itself. */
  private void readExtended(long size, Map<String, String> target, Place at)
      throws MalformedException {
    byte[] content = extendedHeader(size, at);
    int start = 0;
    while (start < content.length && content[start] != 0) {
      int space = start;
      while (space < content.length && content[space] != ' ') {
        space++;
      }
      long length = sizeOf(text(content, start, space), at);
      int end = (int) Math.min(content.length, start + length);
      String record = text(content, Math.min(space + 1, end), end);
      int equals = record.indexOf('=');
      if (start + length > content.length || equals < 0 || !record.endsWith("\n")) {
        throw new MalformedException(at, "an extended tar header is not as POSIX has it");
      }
      target.put(record.substring(0, equals), record.substring(equals + 1, record.length() - 1));
      start = end;
    }
  }

  private static String text(byte[] content, int from, int to) {
    return new String(content, from, to - from, StandardCharsets.UTF_8);
  }

  private static long sizeOf(String digits, Place at) throws MalformedException {
    if (digits.isEmpty()
        || digits.length() > MAX_DIGITS
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new MalformedException(at, "an extended tar header has a size that is not a number");
    }
    return Long.parseLong(digits);
  }

  /** Only padding may follow the end: some readers would go on to read anything else there. */
  void checkRest() throws CheckpointException {
    while (in.remaining() > 0) {
      Place at = in.place();
      if (!isZero(in.array(Math.min(BLOCK, in.remaining())))) {
        throw new RefusedException(
            at, "there are bytes after the end of the tar", ZipReader.AMBIGUOUS);
      }
    }
  }

  private static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }
}
