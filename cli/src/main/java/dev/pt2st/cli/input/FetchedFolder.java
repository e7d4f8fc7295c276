package dev.pt2st.cli.input;

import dev.pt2st.ByteCount;
import dev.pt2st.io.AtomicOutput;
import dev.pt2st.io.Input;
import dev.pt2st.io.RangeSource;
import dev.pt2st.io.SourceException;
import dev.pt2st.io.SourceException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A folder beside an output for the files of an address. Nobody else may look into it, and nothing
 * of it is left however the program ends, but by a kill or a power failure: what these leave is
 * removed by the next run.
 */
public final class FetchedFolder implements AutoCloseable {
  private static final String START = ".pt2st-fetched-";
  private static final String LOCK = ".lock";
  private static final String FILES = "files";

  private static final FileAttribute<?>[] ONLY_OWNER =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
          ? new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
          }
          : new FileAttribute<?>[0];

  private final Path root;
  private final FileChannel lockFile;
  private final Thread atExit = Thread.ofPlatform().unstarted(this::removeAtExit);

  /** Set under the lock of this object: after that, no file is made. */
  private boolean ended;

  private FetchedFolder(Path root, FileChannel lockFile) {
    this.root = root;
    this.lockFile = lockFile;
  }

  /**
   * Makes one. It has the same name for the same address and output each time, by which the journal
   * of a migration knows it.
   *
   * @throws IOException if another program is at work in it
   */
  public static FetchedFolder beside(Path output, Location.Address address) throws IOException {
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
      remove(root);
      Files.createDirectory(root, ONLY_OWNER);
      // As the outputs get the permissions of what they are made from, these are of the usual kind.
      Files.createDirectory(root.resolve(FILES));
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
    FetchedFolder fetched = new FetchedFolder(root, lock);
    Runtime.getRuntime().addShutdownHook(fetched.atExit);
    return fetched;
  }

  /** Whoever held the lock before may have removed the file: then the lock is of no use. */
  private static boolean isOurs(FileChannel lock, Path path) throws IOException {
    try {
      if (lock.tryLock() == null) {
        return false;
      }
    } catch (OverlappingFileLockException e) {
      return false; // by another thread of this program
    }
    String token = Long.toHexString(new SecureRandom().nextLong());
    lock.truncate(0).write(ByteBuffer.wrap(token.getBytes(StandardCharsets.US_ASCII)), 0);
    return Files.exists(path) && Files.readString(path).equals(token);
  }

  /** Where the files are. */
  public Path root() {
    return root.resolve(FILES);
  }

  /** Refuses at once what the disk has no room for: what is fetched, and as much of outputs. */
  public void checkRoom(FetchPlan plan) throws IOException {
    long room = Files.getFileStore(root).getUsableSpace();
    long needed = Math.multiplyExact(2, plan.bytes());
    if (needed > room) {
      throw new FileSystemException(
          root.getParent().toString(),
          null,
          "it takes room for "
              + ByteCount.shown(needed)
              + ", for what is fetched and for the outputs, and there is room for "
              + ByteCount.shown(room)
              + "; make room, or name an output on another disk");
    }
  }

  /** Fetches files, several at a time, each as a whole. */
  public void fetch(Inputs inputs, List<Inputs.Listed> files, int connections) throws IOException {
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      List<Future<?>> tasks = new ArrayList<>();
      try {
        for (Inputs.Listed file : files) {
          fetch(inputs, file, threads, tasks);
        }
        for (Future<?> task : tasks) {
          task.get();
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
        tasks.forEach(task -> task.cancel(true));
        threads.shutdownNow();
      }
    }
  }

  private void fetch(
      Inputs inputs, Inputs.Listed file, ExecutorService threads, List<Future<?>> tasks)
      throws IOException {
    Path path = target(file);
    tasks.add(
        threads.submit(() -> {
          try (OpenInput open = inputs.open(file.address());
              FileChannel channel = create(path)) {
            copy(open, file, channel);
          }
          return null;
        }));
  }

  private static void copy(OpenInput open, Inputs.Listed file, FileChannel channel)
      throws IOException {
    if (!(open.input() instanceof Input.Ranged(RangeSource source, String member, var how))) {
      throw new IllegalStateException("no source: " + file.name());
    }
    if (!member.isEmpty() || (file.size() >= 0 && source.size() != file.size())) {
      throw new SourceException(
          source.name(), Reason.CHANGED, "it has another size than was listed; start again");
    }
    int piece = (int) Math.min(FetchPlan.PIECE, source.size());
    ByteBuffer buffer = ByteBuffer.allocate(piece);
    for (long at = 0; at < source.size(); at += buffer.limit()) {
      buffer.clear().limit((int) Math.min(piece, source.size() - at));
      source.read(at, buffer);
      buffer.flip();
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }
  }

  /** Where a file goes. Its name comes from a server: it stays below the folder, whatever it is. */
  private Path target(Inputs.Listed file) throws IOException {
    Path path = root();
    for (String part : file.name().split("/", -1)) {
      boolean leads = part.isEmpty() || part.equals(".") || part.equals("..");
      if (leads || part.chars().anyMatch(c -> c < ' ' || c == '\\' || c == ':')) {
        throw new SourceException(
            file.address().name(), Reason.REFUSED, "no file on a disk can have this name");
      }
      path = path.resolve(part);
    }
    return path;
  }

  private synchronized FileChannel create(Path path) throws IOException {
    if (ended) {
      throw new IOException("the program is being stopped");
    }
    Files.createDirectories(path.getParent());
    return FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  private void removeAtExit() {
    try {
      removeAll();
    } catch (IOException e) {
      // The program ends: the next run removes it.
    }
  }

  private synchronized void removeAll() throws IOException {
    ended = true;
    remove(root);
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
      // The program is being stopped, and the hook finds nothing left to do.
    }
  }
}
