package dev.pt2st.units;

import dev.pt2st.CheckpointException;
import dev.pt2st.LimitException;
import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.ResourceName;
import dev.pt2st.UnsupportedException;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.io.Input;
import dev.pt2st.io.source.FetchOptions;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.FileScanner;
import dev.pt2st.scan.ScanListener;
import dev.pt2st.scan.ScanOptions;
import dev.pt2st.units.UnitOutcome.Changed;
import dev.pt2st.units.UnitOutcome.Compared;
import dev.pt2st.units.UnitOutcome.Failed;
import dev.pt2st.units.UnitOutcome.Scanned;
import dev.pt2st.units.UnitOutcome.Summed;
import dev.pt2st.verify.Difference;
import dev.pt2st.verify.ModelDigest;
import dev.pt2st.verify.Verification;
import dev.pt2st.verify.Verifier;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Does the work on one unit as a function of the unit. A failure of a file is a result like any
 * other, so that it never affects other files. Thread-safe.
 */
public final class UnitWork {
  /** The most names of differing tensors in one result. */
  private static final int MOST_NAMES = 20;

  /** The most scanners that are cached: a plan has one or a few sets of options. */
  private static final int MOST_KEPT = 64;

  private final UnitStores stores;
  private final FetchOptions fetching;
  private final String tool;
  private final Map<UnitOptions, FileScanner> scanners = new ConcurrentHashMap<>();

  /**
   * Creates work that reads from stores.
   *
   * @param fetching how files in stores are read
   * @param tool the version of this program, which each result names
   */
  @SuppressWarnings("exports") // for programs that know where sources come from
  public UnitWork(UnitStores stores, FetchOptions fetching, String tool) {
    this.stores = stores;
    this.fetching = fetching;
    this.tool = tool;
  }

  /** The version of this program. */
  public String tool() {
    return tool;
  }

  /** A step that may fail like access to a file. */
  @FunctionalInterface
  interface Step {
    UnitOutcome run() throws CheckpointException, IOException;
  }

  /** The outcome of a step, and the version of the file that it read. */
  private record Done(FileVersion version, UnitOutcome outcome) {}

  /**
   * Does the work on a unit.
   *
   * @return its result, which must be ignored if the thread is interrupted meanwhile
   */
  public UnitResult on(WorkUnit unit) {
    long start = System.nanoTime();
    Done done;
    try {
      done = ResourceName.isAddress(unit.uri()) ? onAddress(unit) : onPath(unit);
    } catch (IOException e) {
      done = new Done(new FileVersion(-1, unit.version()), unreadable(unit, e));
    } catch (InvalidPathException e) {
      done = new Done(new FileVersion(-1, unit.version()), new Failed(Failed.Kind.IO, "no path"));
    }
    return new UnitResult(
        unit.uri(),
        done.version.size(),
        done.version.version(),
        unit.task(),
        unit.target(),
        unit.options(),
        tool,
        Duration.ofNanos(System.nanoTime() - start),
        done.outcome);
  }

  private static UnitOutcome unreadable(WorkUnit unit, IOException e) {
    return unit.task() == UnitTask.SCAN
        ? new Scanned(FileScanner.unreadable(new ResourceName(unit.uri()), reason(e)))
        : failed(e);
  }

  private Done onPath(WorkUnit unit) throws IOException {
    Path path = Path.of(unit.uri());
    FileVersion before = FileVersion.of(path);
    if (!isPlanned(unit, before)) {
      return changed(unit);
    }
    UnitOutcome outcome = outcome(() -> work(unit, Input.of(path)));
    // If a file has changed while it was read, the result belongs to no version of it.
    return before.equals(FileVersion.of(path)) ? new Done(before, outcome) : changed(unit);
  }

  private Done onAddress(WorkUnit unit) throws IOException {
    UnitOutcome outcome;
    FileVersion version;
    try (RangeSource source = stores.store(unit.uri()).open(unit.uri())) {
      version = new FileVersion(source.size(), source.version());
      if (!isPlanned(unit, version)) {
        return changed(unit);
      }
      outcome = outcome(() -> work(unit, Input.of(source, fetching)));
    }
    return outcome.isForAgain() && !isStill(unit.uri(), version)
        ? changed(unit)
        : new Done(version, outcome);
  }

  private static boolean isPlanned(WorkUnit unit, FileVersion now) {
    return (unit.size() < 0 || unit.size() == now.size())
        && (unit.version().isEmpty() || unit.version().equals(now.version()));
  }

  /**
   * Whether a file still has a version. Each read is bound to the version, so reading a replaced
   * file can only fail.
   */
  private boolean isStill(String uri, FileVersion version) {
    try (RangeSource source = stores.store(uri).open(uri)) {
      return version.equals(new FileVersion(source.size(), source.version()));
    } catch (IOException e) {
      return true; // unknown, so the original failure is kept
    }
  }

  private static Done changed(WorkUnit unit) {
    return new Done(
        new FileVersion(-1, unit.version()),
        new Changed("the file is not the one that was planned; plan it again"));
  }

  private UnitOutcome work(WorkUnit unit, Input input) throws CheckpointException, IOException {
    return switch (unit.task()) {
      case SCAN -> scan(unit, input);
      case CONVERT -> new UnitConversion(stores, fetching).convert(unit, input);
      case VERIFY -> verify(unit, input);
      case CHECKSUM -> {
        ModelDigest digest = ModelDigest.of(input, unit.options().convert(), ProgressListener.NONE);
        yield new Summed(digest.sha256(), digest.tensors().size());
      }
    };
  }

  private UnitOutcome scan(WorkUnit unit, Input input) {
    FileScanner scanner = scanners.get(unit.options());
    if (scanner == null) {
      ScanOptions options = unit.options().scan();
      scanner = new FileScanner(options, ScanListener.NONE);
      if (scanners.size() < MOST_KEPT) {
        scanners.put(unit.options(), scanner);
      }
    }
    FileReport report = scanner.scan(input);
    return new Scanned(report);
  }

  private UnitOutcome verify(WorkUnit unit, Input input) throws CheckpointException, IOException {
    if (!ResourceName.isAddress(unit.target())) {
      return compared(verify(unit, input, Input.of(Path.of(unit.target()))));
    }
    try (RangeSource other = stores.store(unit.target()).open(unit.target())) {
      return compared(verify(unit, input, Input.of(other, fetching)));
    }
  }

  private static Verification verify(WorkUnit unit, Input input, Input other)
      throws CheckpointException, IOException {
    return Verifier.verify(input, other, unit.options().convert(), ProgressListener.NONE);
  }

  private static UnitOutcome compared(Verification verification) {
    List<String> names =
        verification.differences().stream()
            .map(Difference::name)
            .distinct()
            .limit(MOST_NAMES)
            .toList();
    return new Compared(
        verification.tensors(), verification.bytes(), verification.differingTensors(), names);
  }

  private static UnitOutcome outcome(Step step) {
    try {
      return step.run();
    } catch (CheckpointException e) {
      return new Failed(kind(e), reason(e));
    } catch (IOException e) {
      return failed(e);
    } catch (RuntimeException | StackOverflowError e) {
      // A bug that one file triggers must not affect the others.
      return new Failed(Failed.Kind.INTERNAL, e.toString());
    }
  }

  private static Failed failed(IOException e) {
    boolean exists = e instanceof SourceException source && source.reason() == Reason.EXISTS;
    return new Failed(exists ? Failed.Kind.EXISTS : Failed.Kind.IO, reason(e));
  }

  private static Failed.Kind kind(CheckpointException e) {
    return switch (e) {
      case MalformedException malformed -> Failed.Kind.MALFORMED;
      case UnsupportedException unsupported -> Failed.Kind.UNSUPPORTED;
      case RefusedException refused -> Failed.Kind.REFUSED;
      case LimitException limit -> Failed.Kind.LIMIT;
    };
  }

  /**
   * The position in the file and the reason, without the name of the file, which is shown beside
   * it.
   */
  private static String reason(CheckpointException e) {
    String place = e.place().toString().substring(e.place().file().text().length());
    return (place.startsWith(": ") ? place.substring(2) + ": " : "") + e.problem();
  }

  private static String reason(IOException e) {
    return switch (e) {
      case SourceException failed -> withoutName(failed);
      case NoSuchFileException missing -> "there is no such file";
      case FileSystemException other when other.getReason() != null ->
          String.valueOf(other.getReason());
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }

  private static String withoutName(SourceException e) {
    String message = String.valueOf(e.getMessage());
    String start = e.source() + ": ";
    return message.startsWith(start) ? message.substring(start.length()) : message;
  }
}
