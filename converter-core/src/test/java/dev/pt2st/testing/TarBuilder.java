package dev.pt2st.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes a tar, each header as a test wants it. */
public final class TarBuilder {
  private static final int BLOCK = 512;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A regular file. */
  public TarBuilder file(String name, byte[] content) {
    return entry(name, TarConstants.LF_NORMAL, content, header -> {});
  }

  /**
   * An entry of any type.
   *
   * @param tweak changes the header; its checksum is made right afterwards
   */
  public TarBuilder entry(String name, byte type, byte[] content, Consumer<byte[]> tweak) {
    byte[] header = new byte[BLOCK];
    TarArchiveEntry entry = new TarArchiveEntry(name, type);
    entry.setSize(content.length);
    entry.writeEntryHeader(header);
    tweak.accept(header);
    sum(header);
    return raw(header).padded(content);
  }

  /** Bytes as they are. */
  public TarBuilder raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  private TarBuilder padded(byte[] content) {
    int over = content.length % BLOCK;
    return raw(content).raw(new byte[over == 0 ? 0 : BLOCK - over]);
  }

  private static void sum(byte[] header) {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
    }
    byte[] octal = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(octal, 0, header, 148, octal.length);
  }

  /** The archive, ended as POSIX says: by two blocks of zeros. */
  public byte[] build() {
    return raw(new byte[2 * BLOCK]).out.toByteArray();
  }

  /** One file as another writer, commons-compress, writes it with a name of any length. */
  public static byte[] byCommonsCompress(String name, byte[] content, int longNames) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      tar.setLongFileMode(longNames);
      TarArchiveEntry entry = new TarArchiveEntry(name);
      entry.setSize(content.length);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
