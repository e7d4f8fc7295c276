package dev.pt2st.scan;

import dev.pt2st.GlobalStanding;
import dev.pt2st.Place;
import dev.pt2st.archive.Container;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.analysis.GlobalTracer;
import dev.pt2st.pickle.analysis.PickleTrace;
import dev.pt2st.torch.Allowlist;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows the pickle of a large checkpoint on a separate thread while another thread reads it as a
 * conversion does. The two take about the same time and are independent.
 */
final class TraceAhead implements AutoCloseable {
  /** Below this size, starting a thread costs more than it saves. */
  private static final long WORTH_A_THREAD = 4L << 20;

  private final MappedFile.Location location;
  private final CompletableFuture<Result> result;

  /**
   * The result of following the pickle.
   *
   * @param given the bytes that may have to be scanned
   * @param isAll whether these are all such bytes
   */
  private record Result(PickleTrace trace, List<GlobalTracer.GivenBytes> given, boolean isAll) {}

  private TraceAhead(FileScan scan, MappedFile content) {
    location = content.location(0);
    result =
        CompletableFuture.supplyAsync(
            () -> follow(scan, content),
            work -> Thread.ofPlatform().daemon().name("trace").start(work));
  }

  /** Starts if the container has one large uncompressed pickle; else null. */
  static @Nullable TraceAhead of(FileScan scan, Container container) {
    if (Runtime.getRuntime().availableProcessors() > 1
        && container instanceof Container.TorchZip zip
        && zip.pickle().bytes() instanceof ByteSource.Stored stored
        && stored.size() >= WORTH_A_THREAD) {
      MappedFile file = zip.file();
      MappedFile content =
          file.part(file.name().inside(zip.pickle().name()), stored.offset(), stored.size());
      try {
        return new TraceAhead(scan, content);
      } catch (OutOfMemoryError e) {
        // The system has no more threads.
        return null;
      }
    }
    return null;
  }

  private static Result follow(FileScan scan, MappedFile content) {
    ByteCursor in = content.cursor(Place.of(content.name()), 0, content.size());
    List<GlobalTracer.GivenBytes> kept = new ArrayList<>();
    boolean[] isAll = {true};
    PickleTrace trace =
        GlobalTracer.reach(
            in,
            scan.options().limits(),
            scan.deadline(),
            bytes -> {
              if (!mayBeKept(scan, bytes)) {
                return;
              }
              if (kept.size() < PickleScanner.MOST_GIVEN) {
                kept.add(bytes);
              } else {
                isAll[0] = false;
              }
            });
    return new Result(trace, kept, isAll[0]);
  }

  /**
   * Whether bytes may have to be scanned. Classes that the checkpoint declares are not known yet,
   * so their bytes are kept too.
   */
  private static boolean mayBeKept(FileScan scan, GlobalTracer.GivenBytes bytes) {
    return PickleScanner.loadsBytes(bytes.callee())
        || Allowlist.standing(bytes.callee(), scan.options().policy()) == GlobalStanding.UNLISTED;
  }

  /** Whether this is the pickle that begins at a byte of a content. */
  boolean isOf(MappedFile content, long at) {
    return content.location(at).equals(location);
  }

  /**
   * The trace of the pickle; waits for it.
   *
   * @param keep is given the bytes that are arguments of calls, except those that no scan looks at
   * @return null if the pickle must be followed again to get all bytes
   */
  @Nullable PickleTrace trace(Consumer<GlobalTracer.GivenBytes> keep) {
    Result found = await();
    if (!found.isAll()) {
      return null;
    }
    found.given().forEach(keep);
    return found.trace();
  }

  /** Waits without regard to interrupts, and rethrows the exception of the other thread. */
  private Result await() {
    try {
      return result.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw e;
      }
    }
  }

  /** Waits for the thread to end, since it reads from a file that is closed afterwards. */
  @Override
  public void close() {
    try {
      await();
    } catch (RuntimeException | Error e) {
      // The caller of trace has already received this exception.
    }
  }
}
