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

/** The number of files for each verdict, and of files without one. */
public final class ScanSummary {
  /** Files with only known findings are listed before this verdict, as they do have findings. */
  static final Verdict KNOWN_BEFORE = Verdict.SAFE;

  private final Map<Verdict, Long> files = new EnumMap<>(Verdict.class);
  private long known;
  private long gone;
  private long notCompared;
  private long leftOut;
  private @Nullable Network network;

  /**
   * The network traffic.
   *
   * @param requests the number of requests sent
   * @param received bytes of the responses
   */
  public record Network(long requests, long received) {}

  public void add(FileReport report) {
    files.merge(report.verdict(), 1L, Long::sum);
  }

  /** Counts a file all of whose findings are in an earlier report. */
  public void addKnown() {
    known++;
  }

  /** Counts a finding of an earlier report that is gone. */
  public void addGone() {
    gone++;
  }

  /** Counts findings of an earlier report in files that this scan did not scan to their end. */
  public void addNotCompared(long findings) {
    notCompared += findings;
  }

  /** Sets how many files the user's patterns have left out. */
  public void setLeftOut(long count) {
    leftOut = count;
  }

  /** Sets the network traffic, if there was any. */
  public void setNetwork(Network asked) {
    network = asked;
  }

  /** Writes the network traffic, if there was any, as a member of an open object. */
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

  /** The number of files scanned. */
  public long files() {
    return known + files.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The number of files with only known findings. */
  long known() {
    return known;
  }

  long gone() {
    return gone;
  }

  long notCompared() {
    return notCompared;
  }

  /** The number of files without a verdict because the user's patterns left them out. */
  long leftOut() {
    return leftOut;
  }

  /** Whether there were files but the user's patterns left out all of them. */
  public boolean hasOnlyLeftOut() {
    return leftOut > 0 && files() == 0;
  }

  /** The counts in one line, worst verdict first. */
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

  /** Further lines besides the verdicts. */
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
   * The exit code.
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
