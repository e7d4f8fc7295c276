package dev.pt2st.fuzz;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.Limits;
import dev.pt2st.ResourceName;
import dev.pt2st.io.MappedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Gives the bytes of a fuzzer to readers of files. */
final class Inputs {
  /** The heap that a target has, in bytes. */
  static final int HEAP = 64 << 20;

  /** As by default with such a heap; a target that takes longer is stopped by the fuzzer. */
  static final Limits LIMITS = Limits.STANDARD.with(Limit.HEAP_BYTES, HEAP / 2);

  /** Takes what the heap of the fuzzer has beyond {@link #HEAP}, once. */
  @SuppressWarnings("unused") // it is there to be kept
  private static final List<byte[]> BALLAST = ballast();

  private static final int PIECE = 1 << 16;
  private static final Path FILE = emptyFile();

  /** Opened once, since closing a mapped file takes longer than most inputs. */
  private static final MappedFile OPEN = open();

  private Inputs() {}

  /** A reader: whatever the bytes cause must be an exception of the one family. */
  @FunctionalInterface
  interface Reader {
    void read(MappedFile file) throws CheckpointException, IOException;
  }

  /**
   * Has bytes read as a file, in native memory as a mapped one.
   *
   * @throws UncheckedIOException where the file system fails, which no input should cause
   */
  static void read(byte[] data, Reader reader) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(data.length, Long.BYTES);
      MemorySegment.copy(MemorySegment.ofArray(data), 0, bytes, 0, data.length);
      reader.read(OPEN.unpacked(ResourceName.of(FILE), bytes));
    } catch (CheckpointException e) {
      checkSentence(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a user would be told is there, in one line. */
  static void checkSentence(CheckpointException e) {
    if (e.problem().isBlank() || e.getMessage() == null) {
      throw new AssertionError("an exception without a word", e);
    }
  }

  /** Bytes as a file that can be opened by its name, the same each time; in memory if possible. */
  static Path write(byte[] data) {
    try {
      return Files.write(FILE.resolveSibling("input"), data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<byte[]> ballast() {
    List<byte[]> ballast = new ArrayList<>();
    if (Boolean.getBoolean("pt2st.fuzz.ballast")) {
      Runtime runtime = Runtime.getRuntime();
      System.gc();
      long more = runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory()) - HEAP;
      for (long taken = 0; taken < more; taken += PIECE) {
        ballast.add(new byte[PIECE]);
      }
    }
    return ballast;
  }

  private static Path emptyFile() {
    try {
      Path memory = Path.of("/dev/shm");
      Path folder =
          Files.isWritable(memory)
              ? Files.createTempDirectory(memory, "pt2st-fuzz")
              : Files.createTempDirectory("pt2st-fuzz");
      Path file = Files.createFile(folder.resolve("empty"));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MappedFile open() {
    try {
      return MappedFile.open(FILE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try {
      Files.deleteIfExists(folder.resolve("empty"));
      Files.deleteIfExists(folder.resolve("input"));
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
