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
 * The work on the units of a bin, one after the other. Its results are written when the last of
 * them is done, and earlier only if they are many bytes.
 */
public final class BinWork {
  /** Bytes of one object: findings of strangers' files may be long. */
  private static final int MOST_BYTES = 32 << 20;

  private final UnitWork work;
  private final ResultsFolder results;

  /** Work whose results go into a folder. */
  public BinWork(UnitWork work, ResultsFolder results) {
    this.work = work;
    this.results = results;
  }

  /**
   * How many units came to what.
   *
   * @param done with a result that stands
   * @param failed that would be tried again
   * @param changed whose file is not the one that was planned
   */
  public record Counts(long done, long failed, long changed) implements Serializable {
    /** None. */
    public static final Counts NONE = new Counts(0, 0, 0);

    /** Both together. */
    public Counts and(Counts more) {
      return new Counts(done + more.done, failed + more.failed, changed + more.changed);
    }

    /** The one result. */
    static Counts of(UnitResult result) {
      boolean isChanged = result.outcome() instanceof UnitOutcome.Changed;
      boolean isFailed = result.outcome().isForAgain();
      return new Counts(isChanged || isFailed ? 0 : 1, isFailed ? 1 : 0, isChanged ? 1 : 0);
    }
  }

  /**
   * Does the work, and writes the results.
   *
   * @throws InterruptedIOException if the thread is interrupted: of what was not written yet
   *     nothing is
   * @throws IOException if the results cannot be written
   */
  public Counts on(List<WorkUnit> units) throws IOException {
    // The same units have the same name, so a bin that is done twice has its results once.
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
