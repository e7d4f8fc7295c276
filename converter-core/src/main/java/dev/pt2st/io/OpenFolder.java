package dev.pt2st.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A directory that is opened once. Files are created, renamed and deleted in that directory, even
 * if its path leads elsewhere by now because somebody has put a link in its place.
 *
 * <p>Below the root of a {@link Guard}, a directory is opened component by component from that
 * root, and no component may be a link. Elsewhere the user's path is followed, including links.
 *
 * <p>If the system has no such handles (Windows), or the directory may be written but not read,
 * paths are used instead.
 */
public final class OpenFolder implements AutoCloseable {
  private static final List<Guard> GUARDS = new CopyOnWriteArrayList<>();

  private final Path path;
  private final @Nullable SecureDirectoryStream<Path> handle;

  private OpenFolder(Path path, @Nullable SecureDirectoryStream<Path> handle) {
    this.path = path;
    this.handle = handle;
  }

  /**
   * A tree in which this package creates, renames and deletes nothing through a link until the
   * guard is closed. It applies to the whole process.
   */
  public static final class Guard implements AutoCloseable {
    private final Path root;
    private final @Nullable SecureDirectoryStream<Path> handle;

    private Guard(Path root, @Nullable SecureDirectoryStream<Path> handle) {
      this.root = root;
      this.handle = handle;
    }

    @Override
    public void close() throws IOException {
      GUARDS.remove(this);
      if (handle != null) {
        handle.close();
      }
    }
  }

  /**
   * Guards a tree.
   *
   * @param root its root, which is opened now and may be a link itself
   * @throws IOException if it cannot be opened
   */
  @SuppressWarnings("StreamResourceLeak") // it belongs to the result
  public static Guard guard(Path root) throws IOException {
    Path absolute = root.toAbsolutePath();
    Guard guard = new Guard(absolute, secure(Files.newDirectoryStream(absolute)));
    GUARDS.add(guard);
    return guard;
  }

  /**
   * Opens a directory.
   *
   * @throws IOException if it does not exist, cannot be opened, or its path has a link below the
   *     root of a guarded tree
   */
  @SuppressWarnings("StreamResourceLeak") // it belongs to the result
  public static OpenFolder open(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath();
    Guard guard = null;
    for (Guard each : GUARDS) {
      if (each.handle != null
          && absolute.startsWith(each.root)
          && (guard == null || each.root.startsWith(guard.root))) {
        guard = each;
      }
    }
    if (guard != null) {
      return new OpenFolder(absolute, descend(guard, absolute));
    }
    try {
      return new OpenFolder(absolute, secure(Files.newDirectoryStream(absolute)));
    } catch (AccessDeniedException e) {
      return new OpenFolder(absolute, null); // it may still be writable
    }
  }

  private static @Nullable SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream)
      throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    stream.close();
    return null;
  }

  private static SecureDirectoryStream<Path> descend(Guard guard, Path directory)
      throws IOException {
    SecureDirectoryStream<Path> root = Objects.requireNonNull(guard.handle);
    Path way = guard.root.relativize(directory);
    SecureDirectoryStream<Path> at =
        root.newDirectoryStream(directory.getFileSystem().getPath("."), LinkOption.NOFOLLOW_LINKS);
    for (Path name : way) {
      if (name.toString().isEmpty()) {
        continue; // the root itself
      }
      try (SecureDirectoryStream<Path> above = at) {
        at = above.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
      } catch (NoSuchFileException | AccessDeniedException e) {
        throw named(e, directory);
      } catch (FileSystemException e) {
        throw new FileSystemException(
            directory.toString(),
            null,
            "is no longer a directory of this tree, and nothing is written through a link; try"
                + " again when nothing changes it");
      }
    }
    return at;
  }

  /** Opens the directory of a file. */
  public static OpenFolder of(Path file) throws IOException {
    return open(AtomicOutput.directoryOf(file));
  }

  /** The path with which it was opened; it may lead elsewhere by now. */
  Path path() {
    return path;
  }

  private static Path name(Path file) {
    return Objects.requireNonNull(file.getFileName(), file.toString());
  }

  /**
   * Opens a file in it.
   *
   * @param file its path, of which only the name counts
   */
  FileChannel channel(Path file, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    if (handle == null) {
      return FileChannel.open(file, options, attributes);
    }
    Set<OpenOption> all = new HashSet<>(options);
    all.add(LinkOption.NOFOLLOW_LINKS);
    SeekableByteChannel channel;
    try {
      channel = handle.newByteChannel(name(file), all, attributes);
    } catch (FileSystemException e) {
      throw named(e, file);
    }
    if (channel instanceof FileChannel ofFile) {
      return ofFile;
    }
    channel.close();
    throw new FileSystemException(file.toString(), null, "is not a regular file");
  }

  /** Opens a file in it for reading. */
  FileChannel reading(Path file) throws IOException {
    return channel(file, Set.of(StandardOpenOption.READ));
  }

  /**
   * The attributes of a file in it, or of the link itself if it is one.
   *
   * @param file its path, of which only the name counts
   */
  public BasicFileAttributes attributes(Path file) throws IOException {
    if (handle == null) {
      return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
    try {
      return handle
          .getFileAttributeView(name(file), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .readAttributes();
    } catch (FileSystemException e) {
      throw named(e, file);
    }
  }

  /** Whether there is anything of this name, including a dangling link. */
  public boolean has(Path file) throws IOException {
    try {
      BasicFileAttributes _ = attributes(file);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Sets the permission bits, if the file system has them, and the time of a file in it. */
  void setModeAndTime(Path file, @Nullable Set<PosixFilePermission> mode, FileTime time)
      throws IOException {
    if (handle == null) {
      if (mode != null) {
        Files.setPosixFilePermissions(file, mode);
      }
      Files.setLastModifiedTime(file, time);
      return;
    }
    if (mode != null) {
      handle
          .getFileAttributeView(name(file), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setPermissions(mode);
    }
    handle
        .getFileAttributeView(name(file), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(time, null, null);
  }

  /** Renames a file in it; an existing file of the new name is replaced. */
  public void move(Path from, Path to) throws IOException {
    if (handle == null) {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    try {
      handle.move(name(from), handle, name(to));
    } catch (FileSystemException e) {
      throw named(e, to);
    }
  }

  /**
   * Makes a hard link in it to a file in it.
   *
   * @throws FileAlreadyExistsException if the name is taken
   * @throws FileSystemException if hard links are not supported, or the path of this directory
   *     leads elsewhere by now
   */
  public void link(Path file, Path second) throws IOException {
    // Java makes hard links by path only. The path may lead to another directory by now, but that
    // has no such file, since its name cannot be guessed.
    Files.createLink(second, file);
    if (handle == null) {
      return;
    }
    Object key = attributes(file).fileKey();
    if (!has(second) || !Objects.equals(attributes(second).fileKey(), key)) {
      // The path changed between the two look-ups.
      if (key != null
          && key.equals(
              Files.readAttributes(second, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                  .fileKey())) {
        Files.delete(second);
      }
      throw replaced(second);
    }
  }

  /**
   * Makes a symbolic link in it. Java makes these by path only, so the result is checked
   * afterwards.
   *
   * @throws FileAlreadyExistsException if the name is taken
   * @throws FileSystemException if the path of this directory leads elsewhere by now
   */
  public void symbolicLink(Path link, Path to) throws IOException {
    Files.createSymbolicLink(link, to);
    if (handle != null && !has(link)) {
      if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(to)) {
        Files.delete(link);
      }
      throw replaced(link);
    }
  }

  /**
   * Makes a directory in it, also by path. If it was made elsewhere, it stays there, as it is
   * empty.
   *
   * @throws FileAlreadyExistsException if the name is taken
   * @throws FileSystemException if the path of this directory leads elsewhere by now
   */
  public void directory(Path directory, FileAttribute<?>... attributes) throws IOException {
    Files.createDirectory(directory, attributes);
    if (handle != null && !has(directory)) {
      throw replaced(directory);
    }
  }

  private static FileSystemException replaced(Path file) {
    return new FileSystemException(
        file.toString(), null, "its directory was replaced while it was written");
  }

  /** Deletes a file or a link in it. */
  public void delete(Path file) throws IOException {
    if (handle == null) {
      Files.delete(file);
      return;
    }
    try {
      handle.deleteFile(name(file));
    } catch (FileSystemException e) {
      throw named(e, file);
    }
  }

  /**
   * Deletes an empty directory in it.
   *
   * @throws FileSystemException if it is a file or a link, is not empty, or does not exist
   */
  public void deleteDirectory(Path directory) throws IOException {
    if (handle == null) {
      if (!attributes(directory).isDirectory()) {
        throw new NotDirectoryException(directory.toString());
      }
      Files.delete(directory);
      return;
    }
    try {
      handle.deleteDirectory(name(directory));
    } catch (FileSystemException e) {
      throw named(e, directory);
    }
  }

  /** Deletes a file or a link in it if it exists; returns whether it did. */
  public boolean deleteIfExists(Path file) throws IOException {
    try {
      delete(file);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Directory handles report files without their path. */
  private static FileSystemException named(FileSystemException e, Path file) {
    String path = file.toString();
    FileSystemException named =
        switch (e) {
          case NoSuchFileException missing -> new NoSuchFileException(path);
          case FileAlreadyExistsException there -> new FileAlreadyExistsException(path);
          case AccessDeniedException denied -> new AccessDeniedException(path);
          case DirectoryNotEmptyException full -> new DirectoryNotEmptyException(path);
          default -> new FileSystemException(path, null, e.getReason());
        };
    named.initCause(e);
    return named;
  }

  @Override
  public void close() throws IOException {
    if (handle != null) {
      handle.close();
    }
  }
}
