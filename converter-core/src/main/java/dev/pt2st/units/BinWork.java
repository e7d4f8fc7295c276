package dev.pt2st.units;

import dev.pt2st.text.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * Does the work on the units of a bin, one after the other. The results are written when the last
 * unit is done, or earlier if they are large.
 */
public final class BinWork {
  /** The most bytes of one object: findings of untrusted files may be long. */
  private static final int MOST_BYTES = 32 << 20;

  private final UnitWork work;
  private final ResultsFolder results;

  /** Creates work whose results go into a folder. */
  public BinWork(UnitWork work, ResultsFolder results) {
    this.work = work;
    this.results = results;
  }

  /**
   * The number of units by outcome.
   *
   * @param done units with a final result
   * @param failed units that failed and would be tried again
   * @param changed units whose file is not the planned version
   */
  public record Counts(long done, long failed, long changed) implements Serializable {
    /** None. */
    public static final Counts NONE = new Counts(0, 0, 0);

    /** The sum of both. */
    public Counts and(Counts more) {
      return new Counts(done + more.done, failed + more.failed, changed + more.changed);
    }

    /** Counts a single result. */
    static Counts of(UnitResult result) {
      boolean isChanged = result.outcome() instanceof UnitOutcome.Changed;
      boolean isFailed = result.outcome().isForAgain();
      return new Counts(isChanged || isFailed ? 0 : 1, isFailed ? 1 : 0, isChanged ? 1 : 0);
    }
  }

  /**
   * Does the work, and writes the results.
   *
   * @throws InterruptedIOException if the thread is interrupted; results that were not written yet
   *     are lost
   * @throws IOException if the results cannot be written
   */
  public Counts on(List<WorkUnit> units) throws IOException {
    // The same units give the same name, so a bin that is done twice has its results only once.
    MessageDigest digest = Sha256.start();
    for (WorkUnit unit : units) {
      digest.update(unit.key(work.tool()).toString().getBytes(StandardCharsets.US_ASCII));
    }
    String name = "bin-" + HexFormat.of().formatHex(digest.digest(), 0, 16);
    Counts counts = Counts.NONE;
    int part = 0;
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (WorkUnit unit : units) {
      UnitResult result = work.on(unit);
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted");
      }
      counts = counts.and(Counts.of(result));
      byte[] line = (UnitLine.of(result) + "\n").getBytes(StandardCharsets.UTF_8);
      if (lines.size() > 0 && lines.size() + line.length > MOST_BYTES) {
        results.write(name + "-" + part, lines.toByteArray());
        lines.reset();
        part++;
      }
      lines.write(line, 0, line.length);
    }
    results.write(name + "-" + part, lines.toByteArray());
    return counts;
  }
}
