package dev.pt2st.migrate;

import dev.pt2st.migrate.MigrateOptions.Digest;
import dev.pt2st.migrate.Unit.Item;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/** What is asked of a source while it is worked on. */
final class SourceFile {
  private static final int PIECE = 1 << 18;

  private SourceFile() {}

  /** An item with the size and time that its file has now; a link's are those of its file. */
  static Item now(Tree tree, Item item) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(tree.path(item.source()), BasicFileAttributes.class);
    return new Item(
        item.source(),
        attributes.size(),
        attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
        item.target(),
        item.leadsTo());
  }

  /**
   * Refuses a source that has changed.
   *
   * @param item with the size and time that it had
   */
  static void checkUnchanged(Tree tree, Item item) throws IOException {
    if (!now(tree, item).equals(item)) {
      throw new FileSystemException(
          tree.path(item.source()).toString(),
          null,
          "the file was changed while it was read; try again when nothing changes it");
    }
  }

  /** Takes bytes, and gives the digest of all of them. */
  private interface Sum {
    void update(ByteBuffer bytes);

    String text();
  }

  private static Sum sha256() {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
    return new Sum() {
      @Override
      public void update(ByteBuffer bytes) {
        digest.update(bytes);
      }

      @Override
      public String text() {
        return "sha256:" + HexFormat.of().formatHex(digest.digest());
      }
    };
  }

  private static Sum crc32c() {
    CRC32C crc = new CRC32C();
    return new Sum() {
      @Override
      public void update(ByteBuffer bytes) {
        crc.update(bytes);
      }

      @Override
      public String text() {
        return "crc32c:" + HexFormat.of().toHexDigits((int) crc.getValue());
      }
    };
  }

  /** The digest of a file, with its kind in front of it. */
  static String digest(Path file, Digest kind, UnitProgress progress) throws IOException {
    Sum sum =
        switch (kind) {
          case SHA256 -> sha256();
          case CRC32C -> crc32c();
        };
    // A direct buffer is filled without a copy between; a mapping would have to be paged in for it.
    ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      progress.planned(in.size());
      for (int count = in.read(piece); count >= 0; count = in.read(piece.clear())) {
        sum.update(piece.flip());
        progress.written(count);
      }
    }
    return sum.text();
  }
}
