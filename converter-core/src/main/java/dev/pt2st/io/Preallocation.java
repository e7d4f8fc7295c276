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
 * Has the blocks of a large file allocated at once before it is written, which takes a fourth off
 * the time that writing it takes (bench/TRIED.md): {@code fallocate} of Linux, which Java itself
 * does not offer.
 *
 * <p>It helps, and nothing depends on it: if there is no such function, on file systems that are
 * not known to gain by it, and where this module may not call native code ({@code
 * --enable-native-access}), a file is written without. A disk that is full says so at the first
 * write that finds no room, as ever.
 */
public final class Preallocation {
  /** Less is written in the time that it takes to find the functions. */
  private static final long WORTH_IT = 128L << 20;

  /**
   * File systems that note such a range and touch none of its bytes. On tmpfs it takes as long as
   * the writing; btrfs would not compress what is written there; of others it is not known. One for
   * a container (overlay) mostly stands upon one of these.
   */
  private static final Set<String> FAST = Set.of("ext4", "xfs", "f2fs", "overlay");

  // Of fcntl.h. A temporary file is no link, but whoever may write beside it could make it one.
  private static final int WRITE_ONLY = 1;
  private static final int CLOSE_ON_EXEC = 0x80000;
  private static final Map<String, Integer> NO_FOLLOW = Map.of("amd64", 0x20000, "aarch64", 0x8000);

  /** Null until somebody has asked for it, since most runs never need it. */
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
   * Begins to look for the functions on a thread of its own, since that takes as long as to read a
   * pickle. To be called before there is anything to write.
   *
   * @param target an output
   * @param bytes about how many will be written
   */
  public static synchronized void prepare(Path target, long bytes) {
    if (found == null && bytes >= WORTH_IT) {
      CompletableFuture<Optional<Preallocation>> looking = new CompletableFuture<>();
      found = looking;
      Path folder = AtomicOutput.directoryOf(target);
      try {
        Thread.ofPlatform().daemon().name("preallocation").start(() -> look(folder, looking));
      } catch (OutOfMemoryError e) {
        looking.complete(Optional.empty()); // the system gives no more threads
      }
    }
  }

  private static void look(Path folder, CompletableFuture<Optional<Preallocation>> looking) {
    try {
      looking.complete(findFor(folder));
    } finally {
      looking.complete(Optional.empty()); // where that failed, so that nobody waits for it
    }
  }

  private static Optional<Preallocation> findFor(Path folder) {
    if (isFast(folder)) {
      return find();
    }
    synchronized (Preallocation.class) {
      found = null; // the next output may be elsewhere
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
      return Optional.empty(); // none of it here
    }
  }

  private static synchronized @Nullable CompletableFuture<Optional<Preallocation>> found() {
    return found;
  }

  /**
   * Allocates what a file is going to take, so that it has this size at once. If that cannot be
   * done, nothing happens.
   *
   * @param file has a name that no other file has, or ever had
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
      // The functions throw nothing; whatever else may be wrong, the file is written without.
      return;
    }
  }
}
