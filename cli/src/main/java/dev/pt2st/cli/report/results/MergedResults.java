package dev.pt2st.cli.report.results;

import dev.pt2st.CheckpointException;
import dev.pt2st.io.FileGuard;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.text.Utf8Order;
import dev.pt2st.units.ResultsFolder;
import dev.pt2st.units.UnitKey;
import dev.pt2st.units.UnitLine;
import dev.pt2st.units.UnitOutcome;
import dev.pt2st.units.UnitPlan;
import dev.pt2st.units.UnitResult;
import dev.pt2st.units.UnitTask;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One result for each unit, worst first, from results that may contain a unit several times: a
 * worker believed lost, or an older version of the program, may have done it too. Only positions
 * and names of results are kept, so that a million of them fit into memory.
 */
public final class MergedResults implements AutoCloseable {
  private final ScratchFile lines;
  private final UnitLine read = new UnitLine();
  private final String tool;
  private final Map<UnitKey, Kept> byUnit = new HashMap<>();
  private @Nullable MappedFile mapped;
  private long missing;

  /**
   * A result that counts, and where its line is.
   *
   * @param options the digest of the options
   */
  private record Kept(
      String uri,
      UnitTask task,
      String options,
      int badness,
      String tool,
      boolean isFinal,
      boolean isForAgain,
      boolean isChanged,
      long offset,
      int length) {}

  private MergedResults(ScratchFile lines, String tool) {
    this.lines = lines;
    this.tool = tool;
  }

  /**
   * Reads results.
   *
   * @param plan the units to report; null for all that have results
   * @param tool the version of this program, whose results take precedence over those of others
   * @throws FileSystemException if a line is not a result, with its number
   */
  public static MergedResults of(List<ResultsFolder> folders, @Nullable UnitPlan plan, String tool)
      throws IOException {
    MergedResults merged = new MergedResults(ScratchFolder.TEMPORARY.create(), tool);
    try {
      merged.read(folders, plan);
      return merged;
    } catch (IOException | RuntimeException | Error e) {
      merged.close();
      throw e;
    }
  }

  private void read(List<ResultsFolder> folders, @Nullable UnitPlan plan) throws IOException {
    Set<UnitKey> wanted = new HashSet<>();
    if (plan != null) {
      for (int i = 0; i < plan.units(); i++) {
        wanted.add(plan.unit(i).key(""));
      }
    }
    for (ResultsFolder folder : folders) {
      folder.each((result, line) -> {
        // Without a plan, the newest run decides, whatever the earlier version of the file.
        UnitKey key = result.withTool("").key();
        if (plan == null || wanted.contains(key)) {
          add(key, result, line);
        }
      });
    }
    missing = wanted.stream().filter(key -> !byUnit.containsKey(key)).count();
  }

  private void add(UnitKey key, UnitResult result, String line) throws IOException {
    Kept before = byUnit.get(key);
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    Kept now =
        new Kept(
            result.uri(),
            result.task(),
            result.options().sha256(),
            ResultOrder.badness(result),
            result.tool(),
            result.isFinal(),
            result.outcome().isForAgain(),
            result.outcome() instanceof UnitOutcome.Changed,
            lines.size(),
            bytes.length);
    if (before == null || preference().compare(now, before) > 0) {
      lines.append(ByteBuffer.wrap(bytes));
      byUnit.put(key, now);
    }
  }

  /** Prefers a final result, then one of this version of the program, then the worse of two. */
  private Comparator<Kept> preference() {
    return Comparator.comparing(Kept::isFinal)
        .thenComparing((Kept kept) -> kept.tool().equals(tool))
        .thenComparing(Kept::tool)
        .thenComparingInt(Kept::badness);
  }

  /** The tasks of all results. */
  public Set<UnitTask> tasks() {
    return byUnit.values().stream()
        .map(Kept::task)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(UnitTask.class)));
  }

  /** The number of different options and policies of the results. */
  public int optionsCount() {
    return (int) byUnit.values().stream().map(Kept::options).distinct().count();
  }

  /** How many files were found in more than one version. */
  public long severalVersions() {
    Set<String> uris = new HashSet<>();
    return byUnit.values().stream().filter(kept -> !uris.add(kept.uri())).count();
  }

  /** How many units have a result. */
  public long size() {
    return byUnit.size();
  }

  /** How many failed and would be tried again. */
  public long again() {
    return byUnit.values().stream().filter(Kept::isForAgain).count();
  }

  /** How many were not done because their files had changed. */
  public long changed() {
    return byUnit.values().stream().filter(Kept::isChanged).count();
  }

  /** How many units of the plan have no result. */
  public long missing() {
    return missing;
  }

  /** Receives results. */
  @FunctionalInterface
  public interface Visitor {
    void result(UnitResult result) throws IOException;
  }

  /** Passes on all results, worst first, then in the order of their names. */
  public void each(Visitor visitor) throws IOException {
    List<Kept> order = new ArrayList<>(byUnit.values());
    order.sort(
        Comparator.comparingInt(Kept::badness)
            .reversed()
            .thenComparing(Kept::uri, Utf8Order.COMPARATOR));
    for (Kept kept : order) {
      visitor.result(result(kept));
    }
  }

  private UnitResult result(Kept kept) throws IOException {
    MappedFile known = mapped == null ? lines.map() : mapped;
    mapped = known;
    ByteBuffer bytes = ByteBuffer.allocate(kept.length());
    try {
      return FileGuard.guarded(
          List.of(known),
          () -> {
            known.read(bytes, kept.offset());
            return read.result(new String(bytes.array(), StandardCharsets.UTF_8));
          });
    } catch (CheckpointException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (mapped != null) {
      mapped.close();
    }
    lines.close();
  }
}
