package dev.pt2st.io;

import dev.pt2st.ResourceName;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A local copy of a remote object, under the name of the remote object: a file in a cache, or a
 * file that was fetched as a whole.
 */
public final class FileSource implements RangeSource {
  private final ResourceName name;
  private final @Nullable Path path;
  private final FileChannel channel;
  private final long size;
  private final String version;

  FileSource(
      ResourceName name, @Nullable Path path, FileChannel channel, long size, String version) {
    this.name = name;
    this.path = path;
    this.channel = channel;
    this.size = size;
    this.version = version;
  }

  /**
   * Opens a regular file that is not a link and has the expected size.
   *
   * @param name the name in messages
   * @param version the version of its content
   * @return empty if there is no such file, or its size differs
   */
  public static Optional<FileSource> open(Path path, ResourceName name, long size, String version)
      throws IOException {
    if (!isFile(path, size)) {
      return Optional.empty();
    }
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    if (channel.size() != size) {
      channel.close();
      return Optional.empty();
    }
    return Optional.of(new FileSource(name, path, channel, size, version));
  }

  private static boolean isFile(Path path, long size) {
    try {
      BasicFileAttributes found =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return found.isRegularFile() && found.size() == size;
    } catch (IOException e) {
      return false;
    }
  }

  /** Where it is; empty if the file has no name on the disk. */
  public Optional<Path> path() {
    return Optional.ofNullable(path);
  }

  @Override
  public ResourceName name() {
    return name;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    Objects.checkFromIndexSize(offset, target.remaining(), size);
    long at = offset;
    while (target.hasRemaining()) {
      int count = channel.read(target, at);
      if (count < 0) {
        throw new SourceException(name, Reason.CHANGED, "its file on this disk has become shorter");
      }
      at += count;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
