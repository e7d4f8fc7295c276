package dev.pt2st.cli.report.scan;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many files got which verdict, and how many got none. */
public final class ScanSummary {
  /**
   * In front of which verdict the files stand that are as before: there is something about them.
   */
  static final Verdict KNOWN_BEFORE = Verdict.SAFE;

  private final Map<Verdict, Long> files = new EnumMap<>(Verdict.class);
  private long known;
  private long gone;
  private long notCompared;
  private long leftOut;
  private @Nullable Network network;

  /**
   * What was asked of servers.
   *
   * @param requests that were sent
   * @param received bytes of their answers
   */
  public record Network(long requests, long received) {}

  public void add(FileReport report) {
    files.merge(report.verdict(), 1L, Long::sum);
  }

  /** Counts a file of which nothing is said that an earlier report has not said. */
  public void addKnown() {
    known++;
  }

  /** Counts a finding of an earlier report that is not there any more. */
  public void addGone() {
    gone++;
  }

  /** Counts findings of an earlier report in what this scan has not looked at to its end. */
  public void addNotCompared(long findings) {
    notCompared += findings;
  }

  /** Takes in how many files the user's patterns have left out. */
  public void setLeftOut(long count) {
    leftOut = count;
  }

  /** Takes in what was asked of servers, if anything was. */
  public void setNetwork(Network asked) {
    network = asked;
  }

  /** Writes what was asked of servers, if anything was, as a member of an object that is open. */
  void writeNetworkTo(JsonWriter json) throws IOException {
    if (network != null) {
      json.name("network").beginObject();
      json.name("requests").value(network.requests());
      json.name("bytes_received").value(network.received());
      json.endObject();
    }
  }

  long count(Verdict verdict) {
    return files.getOrDefault(verdict, 0L);
  }

  /** Every file that was scanned. */
  public long files() {
    return known + files.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Files with nothing against them but what an earlier report has said. */
  long known() {
    return known;
  }

  long gone() {
    return gone;
  }

  long notCompared() {
    return notCompared;
  }

  /** Files that were not scanned, since the user's patterns say so: they have no verdict. */
  long leftOut() {
    return leftOut;
  }

  /** Whether there were files, and the user's patterns left out all of them. */
  public boolean hasOnlyLeftOut() {
    return leftOut > 0 && files() == 0;
  }

  /** One line, the worst first. */
  public String line() {
    List<String> parts = new ArrayList<>();
    for (Verdict verdict : List.of(Verdict.values()).reversed()) {
      if (verdict == KNOWN_BEFORE && known > 0) {
        parts.add(known + " as before");
      }
      if (count(verdict) > 0) {
        parts.add(count(verdict) + " " + verdict.shown());
      }
    }
    StringBuilder line = new StringBuilder(Units.count(files(), "file"));
    line.append(parts.isEmpty() ? "" : ": " + String.join(", ", parts));
    further().forEach(part -> line.append("; ").append(part));
    return line.toString();
  }

  /** What there is to be said beside the verdicts. */
  List<String> further() {
    List<String> parts = new ArrayList<>();
    if (gone > 0) {
      parts.add(Units.count(gone, "finding") + " gone");
    }
    if (notCompared > 0) {
      parts.add(Units.count(notCompared, "finding") + " of the baseline not looked for");
    }
    if (leftOut > 0) {
      parts.add(Units.count(leftOut, "file") + " left out");
    }
    return parts;
  }

  /**
   * What the program ends with.
   *
   * @param failOn the verdict from which on a file counts
   */
  public ExitCode code(Verdict failOn) {
    for (Verdict verdict : Verdict.values()) {
      if (verdict != Verdict.UNREADABLE && verdict.compareTo(failOn) >= 0 && count(verdict) > 0) {
        return ExitCode.REFUSED;
      }
    }
    return count(Verdict.UNREADABLE) > 0 ? ExitCode.FAILED : ExitCode.DONE;
  }
}
