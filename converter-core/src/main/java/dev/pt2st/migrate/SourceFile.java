package dev.pt2st.migrate;

import dev.pt2st.migrate.Unit.Item;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

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

  /** The SHA-256 of a file, in hexadecimal. */
  static String sha256(Path file, UnitProgress progress) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
    byte[] piece = new byte[PIECE];
    try (InputStream in = Files.newInputStream(file)) {
      progress.planned(Files.size(file));
      for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
        digest.update(piece, 0, count);
        progress.written(count);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
