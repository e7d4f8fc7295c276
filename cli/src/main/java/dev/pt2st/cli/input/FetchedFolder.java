package dev.pt2st.cli.input;

import dev.pt2st.ByteCount;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.io.AtomicOutput;
import dev.pt2st.io.TemporaryFiles;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.migrate.names.OwnFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A private folder next to an output for the fetched files of an address. It is deleted when the
 * work is done. If it is {@linkplain #resumable resumable} and the work is not done, fetched files
 * stay and the next run continues with them. The next run also takes over or deletes what a kill or
 * a power failure leaves.
 */
public final class FetchedFolder implements AutoCloseable {
  private static final String START = OwnFiles.FETCHED_FOLDER;
  private static final String LOCK = ".lock";
  private static final String FILES = "files";
  private static final String PIECES = "pieces.jsonl";

  private static final FileAttribute<?>[] ONLY_OWNER =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
          ? new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
          }
          : new FileAttribute<?>[0];

  private final Path root;
  private final FileChannel lockFile;

  /** The fetched pieces; null if the folder is not resumable. */
  private final @Nullable FetchedPieces pieces;

  private final Thread atExit = Thread.ofPlatform().unstarted(this::removeAtExit);

  /** Set under the lock of this object; after that, no file is created. */
  private boolean ended;

  private boolean done;

  private FetchedFolder(Path root, FileChannel lockFile, @Nullable FetchedPieces pieces) {
    this.root = root;
    this.lockFile = lockFile;
    this.pieces = pieces;
  }

  /**
   * Makes a folder. Its name is always the same for the same address and output, so that the
   * journal of a migration recognizes it.
   *
   * @throws IOException if another process is using it
   */
  public static FetchedFolder beside(Path output, Location.Address address) throws IOException {
    return open(output, address, false);
  }

  /** The same, with the files that an interrupted run has left. */
  public static FetchedFolder resumable(Path output, Location.Address address) throws IOException {
    return open(output, address, true);
  }

  private static FetchedFolder open(Path output, Location.Address address, boolean resumes)
      throws IOException {
    Path folder = AtomicOutput.directoryOf(output);
    Files.createDirectories(folder);
    String name = START + Integer.toHexString((output.getFileName() + "\n" + address).hashCode());
    Path root = folder.resolve(name);
    Path lockPath = folder.resolve(name + LOCK);
    FileChannel lock =
        FileChannel.open(
            lockPath,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    try {
      if (!isOurs(lock, lockPath)) {
        throw new FileSystemException(
            root.toString(), null, "another program is fetching the same for the same output");
      }
      if (!resumes || !isPrivate(root)) {
        remove(root);
        Files.createDirectory(root, ONLY_OWNER);
        // Outputs get the permissions of their sources, so these files have default permissions.
        Files.createDirectory(root.resolve(FILES));
      }
      FetchedFolder fetched =
          new FetchedFolder(root, lock, resumes ? FetchedPieces.of(root.resolve(PIECES)) : null);
      Runtime.getRuntime().addShutdownHook(fetched.atExit);
      return fetched;
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Whether a folder exists to which only this user can have written. */
  private static boolean isPrivate(Path root) {
    if (ONLY_OWNER.length == 0
        || !Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)
        || !Files.isDirectory(root.resolve(FILES), LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try {
      PosixFileAttributes folder =
          Files.readAttributes(root, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!folder.permissions().equals(PosixFilePermissions.fromString("rwx------"))) {
        return false;
      }
      Path mine = Files.createTempFile(root, "owner", "");
      try {
        return Files.getOwner(mine).equals(folder.owner());
      } finally {
        Files.delete(mine);
      }
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Whether the lock is on the current file. The previous owner may have deleted the file, which
   * makes the lock useless.
   */
  private static boolean isOurs(FileChannel lock, Path path) throws IOException {
    try {
      if (lock.tryLock() == null) {
        return false;
      }
    } catch (OverlappingFileLockException e) {
      return false; // locked by another thread of this process
    }
    String token = Long.toHexString(new SecureRandom().nextLong());
    lock.truncate(0).write(ByteBuffer.wrap(token.getBytes(StandardCharsets.US_ASCII)), 0);
    return Files.exists(path) && Files.readString(path).equals(token);
  }

  /** The folder of the files. */
  public Path root() {
    return root.resolve(FILES);
  }

  /**
   * Checks that the disk has room for the fetched files and for their outputs.
   *
   * @param bytes of all files that will be here in the end
   * @param parts tells whether outputs of the same size are written too
   */
  public void checkRoom(long bytes, FolderReading.Parts parts) throws IOException {
    boolean hasOutputs = parts == FolderReading.Parts.CONVERT;
    long room = Files.getFileStore(root).getUsableSpace();
    long there = pieces == null ? 0 : pieces.bytes();
    long fetched = Math.min(bytes, Long.MAX_VALUE / 2);
    long needed = Math.max(0, (hasOutputs ? 2 * fetched : fetched) - there);
    if (needed > room) {
      throw new FileSystemException(
          AtomicOutput.directoryOf(root).toString(),
          null,
          "it takes room for "
              + ByteCount.shown(needed)
              + (hasOutputs ? ", for what is fetched and for the outputs" : ", for what is fetched")
              + ", and there is room for "
              + ByteCount.shown(room)
              + (hasOutputs ? "; make room, or name an output on another disk" : "; make room"));
    }
  }

  /** Fetches files in pieces, several at a time. */
  public void fetch(Inputs inputs, List<Inputs.Listed> files, int connections) throws IOException {
    prune(files);
    new FolderFetch(this, pieces, inputs, connections).fetch(files);
  }

  private static boolean isAtLeast(Path file, long bytes) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) >= bytes;
  }

  /** Deletes what an earlier run has left of other versions and of unwanted files. */
  private void prune(List<Inputs.Listed> files) throws IOException {
    if (pieces == null) {
      return;
    }
    pieces.keepOnly(files, (file, bytes) -> isAtLeast(target(file), bytes));
    Set<Path> kept = new HashSet<>();
    for (Inputs.Listed file : files) {
      if (pieces.hasAny(file)) {
        kept.add(target(file));
      }
    }
    Files.walkFileTree(
        root(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!kept.contains(file) || !attributes.isRegularFile()) {
              Files.delete(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            if (!folder.equals(root())) {
              try {
                Files.delete(folder);
              } catch (DirectoryNotEmptyException e) {
                // The folder still contains files to keep.
              }
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** The target of a file. Its name comes from a server, so it must not lead out of the folder. */
  Path target(Inputs.Listed file) throws IOException {
    Path path = root();
    for (String part : file.name().split("/", -1)) {
      boolean leads = part.isEmpty() || part.equals(".") || part.equals("..");
      if (leads || part.chars().anyMatch(c -> c < ' ' || c == '\\' || c == ':')) {
        throw new SourceException(
            file.address().name(), Reason.REFUSED, "no file on a disk can have this name");
      }
      try {
        path = path.resolve(part);
      } catch (InvalidPathException e) {
        throw new SourceException(
            file.address().name(),
            Reason.REFUSED,
            "its name has characters that the locale does not know; set LC_ALL=C.UTF-8");
      }
    }
    return path;
  }

  /** Makes a file, or opens one of which a part is there. */
  synchronized FileChannel create(Inputs.Listed file, Path path, boolean isThere)
      throws IOException {
    if (ended) {
      throw new IOException("the program is being stopped");
    }
    try {
      Files.createDirectories(path.getParent());
      return FileChannel.open(
          path,
          isThere ? LinkOption.NOFOLLOW_LINKS : StandardOpenOption.CREATE_NEW,
          StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      // A store may have a file and a folder of the same name, and names that differ only in case.
      throw new SourceException(
          file.address().name(),
          Reason.REFUSED,
          "on this disk it would have the name of another file or folder of the same list");
    }
  }

  private void removeAtExit() {
    // Outputs that are being written may lie in it, and another hook deletes them meanwhile.
    TemporaryFiles.deleteAll();
    try {
      removeAll();
    } catch (IOException e) {
      // The program is ending; the next run deletes it.
    }
  }

  /** Creates an empty file in place of one that is not fetched. */
  void createEmpty(Inputs.Listed file) throws IOException {
    create(file, target(file), false).close();
  }

  /** Prints on stderr what is kept for the next run, if anything. */
  public void tellKept(Terminal terminal, Location.Address address) {
    kept()
        .ifPresent(folder ->
            terminal.note(
                "pt2st: the files fetched from "
                    + address
                    + " are kept in "
                    + folder
                    + "; the same command continues with them"));
  }

  /** Marks the fetched files as no longer needed. */
  public synchronized void setDone() {
    done = true;
  }

  /** The folder, if it is kept for the next run; else empty. */
  private synchronized Optional<Path> kept() {
    return done || pieces == null || pieces.bytes() == 0 ? Optional.empty() : Optional.of(root);
  }

  private synchronized void removeAll() throws IOException {
    ended = true;
    if (kept().isEmpty()) {
      remove(root);
    }
    if (lockFile.isOpen()) {
      Files.deleteIfExists(root.resolveSibling(root.getFileName() + LOCK));
      lockFile.close();
    }
  }

  private static void remove(Path root) throws IOException {
    if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(root);
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE; // deleted meanwhile
            }
            throw failure;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @Override
  public void close() throws IOException {
    removeAll();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The program is being stopped, and the hook has nothing to do.
    }
  }
}
