package dev.pt2st.cli.input;

import dev.pt2st.ByteCount;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.io.AtomicOutput;
import dev.pt2st.io.Input;
import dev.pt2st.io.RangeSource;
import dev.pt2st.io.SourceException;
import dev.pt2st.io.SourceException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
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
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A private folder next to an output for the fetched files of an address. It is deleted when the
 * work is done. If it is {@linkplain #resumable resumable} and the work is not done, fetched files
 * stay and the next run continues with them. The next run also takes over or deletes what a kill or
 * a power failure leaves.
 */
public final class FetchedFolder implements AutoCloseable {
  private static final String START = ".pt2st-fetched-";
  private static final String LOCK = ".lock";
  private static final String FILES = "files";
  private static final String PIECES = "pieces.jsonl";

  /** The size of a request, in bytes, if the heap is small. */
  private static final int SMALLEST_PIECE = 1 << 20;

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

  /** Checks that the disk has room for the fetched files and for outputs of the same size. */
  public void checkRoom(FetchPlan plan) throws IOException {
    long room = Files.getFileStore(root).getUsableSpace();
    long there = pieces == null ? 0 : pieces.bytes();
    long bytes = Math.min(plan.bytes(), Long.MAX_VALUE / 2);
    long needed = Math.max(0, 2 * bytes - there);
    if (needed > room) {
      throw new FileSystemException(
          AtomicOutput.directoryOf(root).toString(),
          null,
          "it takes room for "
              + ByteCount.shown(needed)
              + ", for what is fetched and for the outputs, and there is room for "
              + ByteCount.shown(room)
              + "; make room, or name an output on another disk");
    }
  }

  /** Fetches files in pieces, several at a time. */
  public void fetch(Inputs inputs, List<Inputs.Listed> files, int connections) throws IOException {
    long share = Runtime.getRuntime().maxMemory() / 4 / connections;
    int piece = Math.clamp(share, SMALLEST_PIECE, FetchPlan.PIECE);
    prune(files);
    List<Closeable> open = Collections.synchronizedList(new ArrayList<>());
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      List<Future<?>> tasks = new ArrayList<>();
      try {
        for (Inputs.Listed file : files) {
          Path path = target(file);
          if (isThere(file, 0, file.size())) {
            continue;
          }
          if (file.size() <= piece) {
            tasks.add(threads.submit(() -> fetchSmall(inputs, file, path)));
          } else {
            fetchLarge(file, new Opened(inputs, file, path, open), piece, threads, tasks);
          }
        }
        for (Future<?> task : tasks) {
          task.get();
        }
      } finally {
        tasks.forEach(task -> task.cancel(true));
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      for (Closeable each : open) {
        each.close();
      }
    }
  }

  private @Nullable Void fetchSmall(Inputs inputs, Inputs.Listed file, Path path)
      throws IOException {
    List<Closeable> open = new ArrayList<>();
    try {
      Opened opened = new Opened(inputs, file, path, open);
      opened.copy(0, (int) opened.source().size());
    } finally {
      for (Closeable each : open) {
        each.close();
      }
    }
    return null;
  }

  private boolean isThere(Inputs.Listed file, long from, long to) {
    return pieces != null && from < to && pieces.has(file, from, to);
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

  private void fetchLarge(
      Inputs.Listed listed, Opened file, int piece, ExecutorService threads, List<Future<?>> tasks)
      throws IOException {
    long size = file.source().size();
    for (long at = 0; at < size; at += piece) {
      long from = at;
      int length = (int) Math.min(piece, size - at);
      if (isThere(listed, from, from + length)) {
        continue;
      }
      tasks.add(
          threads.submit(() -> {
            file.copy(from, length);
            return null;
          }));
    }
  }

  /** A file that is being fetched: its source and its target. The source is opened on demand. */
  private final class Opened {
    private final Inputs inputs;
    private final Inputs.Listed file;
    private final Path path;
    private final List<Closeable> open;
    private @Nullable RangeSource source;
    private @Nullable FileChannel channel;

    /**
     * A listed file.
     *
     * @param open collects what must be closed
     */
    Opened(Inputs inputs, Inputs.Listed file, Path path, List<Closeable> open) {
      this.inputs = inputs;
      this.file = file;
      this.path = path;
      this.open = open;
    }

    synchronized RangeSource source() throws IOException {
      RangeSource known = source;
      if (known != null) {
        return known;
      }
      OpenInput input = inputs.open(file.address());
      open.add(input::close);
      if (!(input.input() instanceof Input.Ranged ranged) || !ranged.member().isEmpty()) {
        throw new IllegalStateException("no source: " + file.name());
      }
      RangeSource found = ranged.source();
      if (found.size() != file.size()) {
        throw new SourceException(
            found.name(), Reason.CHANGED, "it has another size than was listed; start again");
      }
      if (pieces != null && !pieces.isOf(file, found.version())) {
        setDone(); // useless to the next run
        throw new SourceException(
            found.name(),
            Reason.CHANGED,
            "it has been replaced since a part of it was fetched; start again");
      }
      source = found;
      return found;
    }

    private synchronized FileChannel channel() throws IOException {
      FileChannel known = channel;
      if (known == null) {
        known = create(file, path, pieces != null && pieces.hasAny(file));
        open.add(known);
        channel = known;
      }
      return known;
    }

    void copy(long from, int length) throws IOException {
      FileChannel to = channel();
      ByteBuffer buffer = ByteBuffer.allocate(length);
      source().read(from, buffer);
      buffer.flip();
      long at = from;
      while (buffer.hasRemaining()) {
        at += to.write(buffer, at);
      }
      if (pieces != null) {
        pieces.add(file, source().version(), from, from + length);
      }
    }
  }

  /** The target of a file. Its name comes from a server, so it must not lead out of the folder. */
  private Path target(Inputs.Listed file) throws IOException {
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

  private synchronized FileChannel create(Inputs.Listed file, Path path, boolean isThere)
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
                "pt2st: what has been fetched of "
                    + address
                    + " is in "
                    + folder
                    + ", and the same command goes on with it"));
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
            Files.delete(file);
            return FileVisitResult.CONTINUE;
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
