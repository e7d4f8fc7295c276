package dev.pt2st.scan;

import dev.pt2st.GlobalName;
import dev.pt2st.GlobalStanding;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.Policy;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.pickle.Python2Names;
import dev.pt2st.pickle.analysis.GlobalTracer;
import dev.pt2st.pickle.analysis.PickleTrace;
import dev.pt2st.testing.OddPickle;
import dev.pt2st.testing.RandomPickle;
import dev.pt2st.testing.WildPickle;
import dev.pt2st.torch.Allowlist;
import dev.pt2st.work.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Holds a scan of a stream to what CPython's unpicklers reach in it. */
final class ReachCheck {
  private static final GlobalName UNKNOWN = new GlobalName("?", "?");
  private static final Place PLACE = Place.of(Path.of("stream.pkl"));

  private final Path file;

  /**
   * @param file takes each stream, for the scan
   */
  ReachCheck(Path file) {
    this.file = file;
  }

  /** A generated stream, always the same for the same seed. */
  static byte[] stream(long seed) {
    return switch ((int) (seed % 8)) {
      case 0 -> WildPickle.of(seed);
      case 1 -> RandomPickle.of(seed, (int) (seed % 40));
      default -> OddPickle.of(seed);
    };
  }

  /** What would be reached in a stream. */
  static PickleTrace trace(byte[] stream) {
    return GlobalTracer.reach(
        new ByteCursor(MemorySegment.ofArray(stream), PLACE),
        Limits.STANDARD,
        new Deadline(Limits.STANDARD),
        given -> {});
  }

  /**
   * What is wrong with the scan of a stream; empty if nothing is.
   *
   * @param reached module and name of each global that CPython asks for
   */
  String problem(byte[] stream, List<List<String>> reached) {
    if (reached.isEmpty()) {
      return "";
    }
    PickleTrace trace = trace(stream);
    Set<GlobalName> counting = new HashSet<>();
    trace
        .counting()
        .forEach(global -> {
          counting.addAll(readings(global.name()));
          counting.addAll(readings(global.written()));
        });
    boolean listed = true;
    for (List<String> one : reached) {
      GlobalName name = new GlobalName(one.getFirst(), one.getLast());
      boolean fromRegistry = trace.reachesExtension();
      if (!counting.contains(name) && !counting.contains(UNKNOWN) && !fromRegistry) {
        return "CPython asks for " + one + ", and only these count: " + counting;
      }
      listed &=
          Allowlist.standing(Python2Names.toPython3(name), Policy.STANDARD)
              == GlobalStanding.LISTED;
    }
    FileReport report = scan(stream);
    return !listed && report.verdict().compareTo(Verdict.UNKNOWN) < 0
        ? "CPython asks for " + reached + ", and the verdict is " + report.verdict().shown()
        : "";
  }

  /** What a loader may ask for: a text of Python 2 is read in the encoding that it wants. */
  private static Set<GlobalName> readings(GlobalName name) {
    Set<GlobalName> readings = new HashSet<>();
    for (String module : List.of(name.module(), latin1(name.module()))) {
      for (String attribute : List.of(name.name(), latin1(name.name()))) {
        readings.add(new GlobalName(module, attribute));
      }
    }
    return readings;
  }

  private static String latin1(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private FileReport scan(byte[] stream) {
    try {
      return new FileScanner(ScanOptions.STANDARD).scan(Files.write(file, stream));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
