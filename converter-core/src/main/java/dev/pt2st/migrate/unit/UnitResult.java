package dev.pt2st.migrate.unit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a unit, as plain data.
 *
 * @param unit the unit with its planned action
 * @param verdict the outcome
 * @param reason why it was not converted; empty for other verdicts
 * @param written the output files that were made or already exist, in the order of the unit's
 *     files, then the index
 * @param notes further remarks, such as keys of an index that no shard has
 * @param unconverted content of the sources that the outputs lack, as a clause with a remedy; empty
 *     if there is none, null if the sources were not searched for it
 */
public record UnitResult(
    MigrationUnit unit,
    Verdict verdict,
    String reason,
    List<Written> written,
    List<String> notes,
    @Nullable String unconverted) {

  /** The outcome of a unit, in the order of the final table. */
  public enum Verdict {
    /** It was converted, now. */
    CONVERTED("converted"),
    /** The output exists already: an earlier run made it, or it was compared with the source. */
    ALREADY_THERE("already there"),
    /** A link to an output was made where the source has a link to a checkpoint. */
    LINKED("linked"),
    /** A side file that was copied or linked. */
    PUT_BESIDE("side file"),
    /** Nothing was done about it; the reason says why. */
    LEFT_ALONE("left alone"),
    /** The rules refuse it. */
    REFUSED("refused"),
    /** It could not be read or written. */
    FAILED("failed");

    private final String shown;

    Verdict(String shown) {
      this.shown = shown;
    }

    /** The verdict in words, for reports. */
    public String shown() {
      return shown;
    }
  }

  /**
   * A file of the output.
   *
   * @param target below the target tree
   * @param bytes its size
   * @param sourceDigest of the source, as {@link MigrateOptions#digest} names it; empty if it was
   *     not read
   */
  public record Written(String target, long bytes, String sourceDigest) {}

  public UnitResult {
    written = List.copyOf(written);
    notes = List.copyOf(notes);
  }

  /** A result for sources that were not searched for content that the outputs lack. */
  public UnitResult(
      MigrationUnit unit,
      Verdict verdict,
      String reason,
      List<Written> written,
      List<String> notes) {
    this(unit, verdict, reason, written, notes, null);
  }

  /**
   * A result for a unit that was not converted.
   *
   * @param reason why, as a clause
   */
  public static UnitResult not(MigrationUnit unit, Verdict verdict, String reason) {
    return new UnitResult(unit, verdict, reason, List.of(), List.of());
  }

  /**
   * Whether a checkpoint or a model in shards has an output now, from this run or an earlier one.
   */
  public boolean isConverted() {
    return unit.isModel() && (verdict == Verdict.CONVERTED || verdict == Verdict.ALREADY_THERE);
  }

  /** The size of all output files in bytes. */
  public long writtenBytes() {
    return written.stream().mapToLong(Written::bytes).sum();
  }
}
