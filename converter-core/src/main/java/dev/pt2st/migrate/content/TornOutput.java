package dev.pt2st.migrate.content;

import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.io.LittleEndian;
import dev.pt2st.safetensors.format.HeaderWriter;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Distinguishes what a system crash may leave of an output of this program from files of others.
 * Only unreadable files count: an empty file, a file that begins with a block of zeros, and a file
 * that begins like an output and is truncated.
 */
public final class TornOutput {
  /** File systems write at least this many bytes at once. */
  private static final int BLOCK = 4096;

  private static final byte[] BEGINNING = "{\"__metadata__\":{".getBytes(StandardCharsets.US_ASCII);

  private static final Pattern END =
      Pattern.compile("\"data_offsets\":\\[\\d{1,18},(\\d{1,18})\\]");

  private TornOutput() {}

  /**
   * Whether a file may be the rest of an output.
   *
   * @param file a regular file that is not a safetensors file
   * @throws IOException if it cannot be read
   */
  public static boolean mayBe(Path file, ConvertOptions options) throws IOException {
    byte[] first;
    try (InputStream in = Files.newInputStream(file)) {
      first = in.readNBytes(BLOCK);
    }
    if (first.length == 0) {
      return true;
    }
    if (isZero(first)) {
      return FileKind.at(file, options) instanceof FileKind.Other;
    }
    if (!beginsAsAnOutput(first)) {
      return false;
    }
    // The length of a header may look like the beginning of a pickle; the zeros after it are not
    // opcodes.
    return (first[0] == FileKind.PROTO || FileKind.at(file, options) instanceof FileKind.Other)
        && isCutShort(file, length(first));
  }

  private static boolean isZero(byte[] bytes) {
    for (byte one : bytes) {
      if (one != 0) {
        return false;
      }
    }
    return true;
  }

  private static long length(byte[] first) {
    return MemorySegment.ofArray(first).get(LittleEndian.LONG, 0);
  }

  private static boolean beginsAsAnOutput(byte[] first) {
    if (first.length < Long.BYTES + BEGINNING.length) {
      return false;
    }
    for (int i = 0; i < BEGINNING.length; i++) {
      if (first[Long.BYTES + i] != BEGINNING[i]) {
        return false;
      }
    }
    return length(first) > 0 && length(first) <= HeaderWriter.MAX_JSON_BYTES;
  }

  /** Whether a part of the header, or of the data that it describes, is missing. */
  private static boolean isCutShort(Path file, long length) throws IOException {
    long left = Files.size(file) - Long.BYTES - length;
    if (left < 0) {
      return true;
    }
    String header;
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes(Long.BYTES);
      header = new String(in.readNBytes((int) length), StandardCharsets.ISO_8859_1);
    }
    if (header.indexOf('\0') >= 0) {
      return true;
    }
    for (Matcher end = END.matcher(header); end.find(); ) {
      if (Long.parseLong(end.group(1)) > left) {
        return true;
      }
    }
    return false;
  }
}
