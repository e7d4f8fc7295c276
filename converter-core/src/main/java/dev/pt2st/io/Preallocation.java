package dev.pt2st.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Has the blocks of a large file allocated at once before it is written, which takes a fourth off
 * the time that writing it takes (bench/RESULTS.md): {@code fallocate} of Linux, which Java itself
 * does not offer.
 *
 * <p>It helps, and nothing depends on it: where there is no such function, on file systems that are
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

  private static final int WRITE_ONLY = 1; // O_WRONLY of Linux

  /** Null until somebody has asked for it, since most runs never need it. */
  private static @Nullable CompletableFuture<Optional<Preallocation>> found;

  private final MethodHandle open;
  private final MethodHandle fallocate;
  private final MethodHandle close;
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
      Thread.ofPlatform()
          .daemon()
          .name("preallocation")
          .start(() -> looking.complete(findFor(folder)));
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
            && ValueLayout.ADDRESS.byteSize() == Long.BYTES
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
      MemorySegment name = arena.allocateFrom(file.toString(), ofNames);
      int descriptor = (int) open.invokeExact(name, WRITE_ONLY);
      if (descriptor >= 0) {
        int unused = (int) fallocate.invokeExact(descriptor, 0, 0L, bytes);
        unused = (int) close.invokeExact(descriptor);
      }
    } catch (Throwable e) {
      throw new IllegalStateException(e); // the functions throw nothing
    }
  }
}
