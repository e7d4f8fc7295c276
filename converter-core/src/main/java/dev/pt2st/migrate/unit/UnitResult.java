package dev.pt2st.migrate.unit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a unit, as plain data.
 *
 * @param unit what was to be done
 * @param verdict what became of it
 * @param reason why, where it was not converted; empty for all else
 * @param written the files that were made or are there, in the order of the unit's, then the index
 * @param notes what else is to be said, such as keys of an index that no shard has
 * @param unconverted what the sources have and the outputs do not, as a clause with what to do
 *     about it; empty if nothing, null if the sources were not looked through for it
 */
public record UnitResult(
    MigrationUnit unit,
    Verdict verdict,
    String reason,
    List<Written> written,
    List<String> notes,
    @Nullable String unconverted) {

  /** What can become of a unit; the order is that of the final table. */
  public enum Verdict {
    /** It was converted, now. */
    CONVERTED("converted"),
    /** It was there already: an earlier run made it, or it was compared with the source. */
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

    /** The words for it in reports. */
    public String shown() {
      return shown;
    }
  }

  /**
   * A file of the output.
   *
   * @param target below the target tree
   * @param bytes its size
   * @param sourceDigest of the source, as {@link MigrateOptions#digest} names it; empty where it
   *     was not read
   */
  public record Written(String target, long bytes, String sourceDigest) {}

  public UnitResult {
    written = List.copyOf(written);
    notes = List.copyOf(notes);
  }

  /** What became of a unit whose sources were not looked through for what the outputs lack. */
  public UnitResult(
      MigrationUnit unit,
      Verdict verdict,
      String reason,
      List<Written> written,
      List<String> notes) {
    this(unit, verdict, reason, written, notes, null);
  }

  /**
   * Something that is not done, and why.
   *
   * @param reason a clause
   */
  public static UnitResult not(MigrationUnit unit, Verdict verdict, String reason) {
    return new UnitResult(unit, verdict, reason, List.of(), List.of());
  }

  /** Whether a checkpoint or a model in shards has an output now, by this run or an earlier one. */
  public boolean isConverted() {
    return unit.isModel() && (verdict == Verdict.CONVERTED || verdict == Verdict.ALREADY_THERE);
  }

  /** The bytes of all files of the output. */
  public long writtenBytes() {
    return written.stream().mapToLong(Written::bytes).sum();
  }
}
