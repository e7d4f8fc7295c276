package dev.pt2st.migrate.content;

import dev.pt2st.checkpoint.sharded.folder.FolderCheckpoint;
import dev.pt2st.io.AtomicOutput;
import dev.pt2st.io.FilePieces;
import dev.pt2st.migrate.unit.MigrateOptions.Digest;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.text.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/** Reads sources, and checks that they have not changed. */
public final class SourceFile {
  /** The text of the root of a tree as a source, as an empty text means that there is no source. */
  public static final String ROOT = ".";

  private SourceFile() {}

  /**
   * An item without a target.
   *
   * @param text the text of the source
   * @param attributes of the file
   * @param leadsTo the file that a link leads to; empty if the source is not a link
   */
  public static Item item(String text, BasicFileAttributes attributes, String leadsTo) {
    return new Item(
        text,
        attributes.size(),
        attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
        "",
        leadsTo);
  }

  /**
   * An item for a folder that is one checkpoint, with the size of all its parts and the time of the
   * latest one.
   *
   * @param text the text of the folder; {@link #ROOT} for the root of the tree
   */
  public static Item folder(String text, Path folder) throws IOException {
    long bytes = 0;
    long modified = 0;
    for (Path part : parts(folder)) {
      BasicFileAttributes attributes = Files.readAttributes(part, BasicFileAttributes.class);
      bytes += attributes.size();
      modified = Math.max(modified, attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS));
    }
    return new Item(text, bytes, modified, "", "");
  }

  private static List<Path> parts(Path folder) throws IOException {
    FolderCheckpoint found = FolderCheckpoint.in(folder).orElse(null);
    return found == null ? List.of() : found.parts();
  }

  /**
   * An item with the present size and time of its file; for a link, those of the file that it leads
   * to.
   */
  public static Item now(PathTree tree, Item item) throws IOException {
    Path path = tree.path(item.source());
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (attributes.isDirectory()) {
      return folder(item.source(), path).withTarget(item.target());
    }
    return item(item.source(), attributes, item.leadsTo()).withTarget(item.target());
  }

  /**
   * Refuses a source that has changed.
   *
   * @param item the source with its earlier size and time
   */
  public static void checkUnchanged(PathTree tree, Item item) throws IOException {
    if (!now(tree, item).equals(item)) {
      throw changed(tree.path(item.source()));
    }
  }

  /**
   * Refuses a file that is no longer the source.
   *
   * @param attributes its present attributes
   * @param item the source with its earlier size and time; those of a link are unknown
   */
  public static void checkUnchanged(BasicFileAttributes attributes, Path file, Item item)
      throws IOException {
    Item now = item(item.source(), attributes, item.leadsTo()).withTarget(item.target());
    if (attributes.isSymbolicLink() ? item.leadsTo().isEmpty() : !now.equals(item)) {
      throw changed(file);
    }
  }

  private static FileSystemException changed(Path file) {
    return new FileSystemException(
        file.toString(),
        null,
        "the file was changed while it was read; try again when nothing changes it");
  }

  /** Computes a digest of the bytes it receives. */
  private interface Sum {
    void update(ByteBuffer bytes);

    String text();
  }

  private static Sum sha256() {
    MessageDigest digest = Sha256.start();
    return new Sum() {
      @Override
      public void update(ByteBuffer bytes) {
        digest.update(bytes);
      }

      @Override
      public String text() {
        return "sha256:" + Sha256.hex(digest);
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

  /**
   * The digest of a file, with a prefix for its kind. For a folder that is one checkpoint, it is
   * the digest of the concatenation of all parts.
   */
  public static String digest(Path file, Digest kind, UnitProgress progress) throws IOException {
    return read(file, kind, progress, piece -> {});
  }

  /** Copies a file into another; returns its digest. */
  public static String copy(Path file, AtomicOutput output, Digest kind, UnitProgress progress)
      throws IOException {
    long[] position = {0};
    return read(
        file,
        kind,
        progress,
        piece -> {
          int count = piece.remaining();
          output.write(piece, position[0]);
          position[0] += count;
        });
  }

  private static String read(Path file, Digest kind, UnitProgress progress, FilePieces.Taker also)
      throws IOException {
    Sum sum =
        switch (kind) {
          case SHA256 -> sha256();
          case CRC32C -> crc32c();
        };
    List<Path> files = Files.isDirectory(file) ? parts(file) : List.of(file);
    long size = 0;
    for (Path part : files) {
      size += Files.size(part);
    }
    progress.planned(size);
    for (Path part : files) {
      FilePieces.read(
          part,
          piece -> {
            int count = piece.remaining();
            sum.update(piece.duplicate());
            also.take(piece);
            progress.written(count);
          });
    }
    return sum.text();
  }
}
