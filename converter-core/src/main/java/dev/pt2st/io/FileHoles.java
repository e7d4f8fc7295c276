package dev.pt2st.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds which bytes of a sparse file are on the disk, so that its holes, which are all zeros, need
 * not be read: a file of a terabyte may have a few blocks. It uses {@code SEEK_DATA} of {@code
 * lseek}, which Java itself does not offer.
 *
 * <p>This is only an optimization. If there is no such function, or this module may not call native
 * code ({@code --enable-native-access}), a whole file counts as data. A file that changes while it
 * is read may give either content, with or without holes.
 */
public final class FileHoles {
  /** A smaller file is read faster than the functions are found. */
  private static final long WORTH_IT = 256L << 20;

  /** After this many holes, the rest counts as data. */
  private static final int MOST_RANGES = 1 << 16;

  // From fcntl.h and unistd.h of Linux; the same on all architectures that Java supports there.
  private static final int READ_ONLY = 0;
  private static final int CLOSE_ON_EXEC = 0x80000;
  private static final int NO_WAITING = 0x800;
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final Set<String> KNOWN = Set.of("amd64", "aarch64");

  /** Initialized on first use. */
  private static final class Found {
    private static final Optional<FileHoles> FUNCTIONS = find();

    private Found() {}
  }

  private final MethodHandle open;
  private final MethodHandle seek;
  private final MethodHandle close;
  private final Charset ofNames;

  /**
   * A range of bytes that is on the disk.
   *
   * @param start the offset of the first one
   * @param end the offset after the last one
   */
  public record Range(long start, long end) {}

  @SuppressWarnings("restricted") // declared as Linux does, and asked for before
  private FileHoles(Linker linker, SymbolLookup library) {
    this.open =
        linker.downcallHandle(
            library.findOrThrow("open"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    this.seek =
        linker.downcallHandle(
            library.findOrThrow("lseek"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT));
    this.close =
        linker.downcallHandle(
            library.findOrThrow("close"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    this.ofNames = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
  }

  private static Optional<FileHoles> find() {
    boolean possible =
        System.getProperty("os.name", "").equals("Linux")
            && KNOWN.contains(System.getProperty("os.arch", ""))
            && FileHoles.class.getModule().isNativeAccessEnabled();
    if (!possible) {
      return Optional.empty();
    }
    try {
      Linker linker = Linker.nativeLinker();
      return Optional.of(new FileHoles(linker, linker.defaultLookup()));
    } catch (RuntimeException | LinkageError e) {
      return Optional.empty(); // not available here
    }
  }

  /** Whether a file has only zeros; its holes are not read. */
  public static boolean isAllZero(Path path) throws IOException {
    try (FileChannel in = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer piece = ByteBuffer.allocate(1 << 16);
      ByteBuffer zeros = ByteBuffer.allocate(piece.capacity());
      for (Range data : dataOf(path)) {
        long at = data.start();
        while (at < data.end()) {
          piece.clear().limit((int) Math.min(piece.capacity(), data.end() - at));
          int read = in.read(piece, at);
          if (read < 0) {
            break;
          }
          if (!piece.flip().equals(zeros.clear().limit(read))) {
            return false;
          }
          at += read;
        }
      }
    }
    return true;
  }

  /**
   * The ranges of a file that are on the disk, in order and not adjacent; the whole file if that is
   * not known.
   *
   * @throws IOException if the file cannot be read
   */
  public static List<Range> dataOf(Path file) throws IOException {
    long size = Files.size(file);
    List<Range> everything = size == 0 ? List.of() : List.of(new Range(0, size));
    if (size < WORTH_IT || !Files.isRegularFile(file)) {
      return everything;
    }
    return Found.FUNCTIONS.map(functions -> functions.search(file, size)).orElse(everything);
  }

  private List<Range> search(Path file, long size) {
    List<Range> ranges = new ArrayList<>();
    long known = 0;
    try (Arena arena = Arena.ofConfined()) {
      byte[] name = (file + "\0").getBytes(ofNames);
      int descriptor =
          (int)
              open.invokeExact(
                  arena.allocateFrom(ValueLayout.JAVA_BYTE, name),
                  READ_ONLY | CLOSE_ON_EXEC | NO_WAITING);
      if (descriptor >= 0) {
        try {
          known = search(descriptor, size, ranges);
        } finally {
          int _ = (int) close.invokeExact(descriptor);
        }
      }
    } catch (Throwable e) {
      // The functions throw nothing. If anything else is wrong, the rest counts as data.
      known = ranges.isEmpty() ? 0 : ranges.getLast().end();
    }
    if (known < size) {
      ranges.add(new Range(known, size));
    }
    return ranges;
  }

  /** Returns the offset up to which everything is known. */
  private long search(int descriptor, long size, List<Range> ranges) throws Throwable {
    long end = (long) seek.invokeExact(descriptor, 0L, 2);
    long at = 0;
    while (at < size && ranges.size() < MOST_RANGES) {
      long data = (long) seek.invokeExact(descriptor, at, SEEK_DATA);
      if (data < 0) {
        // The call fails if there is no further data, and also if it is not supported. The first
        // hole shows which: if holes are not supported, it is at the end.
        long hole = (long) seek.invokeExact(descriptor, at, SEEK_HOLE);
        return hole == at && end == size ? size : at;
      }
      long hole = (long) seek.invokeExact(descriptor, data, SEEK_HOLE);
      if (hole <= data) {
        return at;
      }
      ranges.add(new Range(data, Math.min(hole, size)));
      at = hole;
    }
    return Math.min(at, size);
  }
}
