package dev.pt2st.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Allocates the blocks of a large file before it is written, which reduces the time of writing by a
 * quarter (bench/TRIED.md). It uses Linux's {@code fallocate}, which Java itself does not offer.
 *
 * <p>This is only an optimization. A file is written without it if there is no such function, if
 * the file system is not known to benefit, or if this module may not call native code ({@code
 * --enable-native-access}). A full disk is still reported by the first write that finds no room.
 */
public final class Preallocation {
  /** A smaller file is written faster than the functions are found. */
  private static final long WORTH_IT = 128L << 20;

  /**
   * File systems that only record such a range, without touching its bytes. On tmpfs it takes as
   * long as writing; btrfs would not compress the range; others are not known. A container's file
   * system (overlay) is mostly on top of one of these.
   */
  private static final Set<String> FAST = Set.of("ext4", "xfs", "f2fs", "overlay");

  // From fcntl.h. A temporary file is not a link, but anybody with write access to the directory
  // could replace it with one.
  private static final int WRITE_ONLY = 1;
  private static final int CLOSE_ON_EXEC = 0x80000;
  private static final Map<String, Integer> NO_FOLLOW = Map.of("amd64", 0x20000, "aarch64", 0x8000);

  /** Null until it is requested, since most runs never need it. */
  private static @Nullable CompletableFuture<Optional<Preallocation>> found;

  private final MethodHandle open;
  private final MethodHandle fallocate;
  private final MethodHandle close;
  private final int flags;
  private final Charset ofNames;

  @SuppressWarnings("restricted") // declared as Linux does, and asked for before
  private Preallocation(Linker linker, SymbolLookup library) {
    FunctionDescriptor pathAndFlags =
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    FunctionDescriptor range =
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG);
    FunctionDescriptor descriptor =
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    this.open =
        linker.downcallHandle(
            library.findOrThrow("open"), pathAndFlags, Linker.Option.firstVariadicArg(2));
    this.fallocate = linker.downcallHandle(library.findOrThrow("fallocate"), range);
    this.close = linker.downcallHandle(library.findOrThrow("close"), descriptor);
    this.flags =
        WRITE_ONLY | CLOSE_ON_EXEC | NO_FOLLOW.getOrDefault(System.getProperty("os.arch", ""), 0);
    this.ofNames = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
  }

  /**
   * Starts to look up the functions on a separate thread, since that takes as long as reading a
   * pickle. Called before there is anything to write.
   *
   * @param target an output
   * @param bytes approximately how many will be written
   */
  public static synchronized void prepare(Path target, long bytes) {
    if (found == null && bytes >= WORTH_IT) {
      CompletableFuture<Optional<Preallocation>> looking = new CompletableFuture<>();
      found = looking;
      Path folder = AtomicOutput.directoryOf(target);
      try {
        Thread.ofPlatform().daemon().name("preallocation").start(() -> look(folder, looking));
      } catch (OutOfMemoryError e) {
        looking.complete(Optional.empty()); // the system has no more threads
      }
    }
  }

  private static void look(Path folder, CompletableFuture<Optional<Preallocation>> looking) {
    try {
      looking.complete(findFor(folder));
    } finally {
      looking.complete(Optional.empty()); // on failure, so that nothing waits for it
    }
  }

  private static Optional<Preallocation> findFor(Path folder) {
    if (isFast(folder)) {
      return find();
    }
    synchronized (Preallocation.class) {
      found = null; // the next output may be on another file system
    }
    return Optional.empty();
  }

  private static boolean isFast(Path file) {
    try {
      return FAST.contains(Files.getFileStore(file).type());
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<Preallocation> find() {
    boolean possible =
        System.getProperty("os.name", "").equals("Linux")
            && NO_FOLLOW.containsKey(System.getProperty("os.arch", ""))
            && Preallocation.class.getModule().isNativeAccessEnabled();
    if (!possible) {
      return Optional.empty();
    }
    try {
      Linker linker = Linker.nativeLinker();
      return Optional.of(new Preallocation(linker, linker.defaultLookup()));
    } catch (RuntimeException | LinkageError e) {
      return Optional.empty(); // not available here
    }
  }

  private static synchronized @Nullable CompletableFuture<Optional<Preallocation>> found() {
    return found;
  }

  /**
   * Allocates the blocks of a file, so that it has this size at once. If that is not possible,
   * nothing happens.
   *
   * @param file a file with a unique name that was never used before
   */
  static void reserve(Path file, long bytes) {
    CompletableFuture<Optional<Preallocation>> ready = found();
    if (ready != null && bytes >= WORTH_IT && isFast(file)) {
      ready.join().ifPresent(functions -> functions.allocate(file, bytes));
    }
  }

  private void allocate(Path file, long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      byte[] name = (file + "\0").getBytes(ofNames);
      int descriptor =
          (int) open.invokeExact(arena.allocateFrom(ValueLayout.JAVA_BYTE, name), flags);
      if (descriptor >= 0) {
        int unused = (int) fallocate.invokeExact(descriptor, 0, 0L, bytes);
        unused = (int) close.invokeExact(descriptor);
      }
    } catch (Throwable e) {
      // The functions throw nothing. If anything else is wrong, the file is written without
      // preallocation.
      return;
    }
  }
}
