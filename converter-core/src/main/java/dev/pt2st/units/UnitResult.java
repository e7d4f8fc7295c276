package dev.pt2st.units;

import java.time.Duration;

/**
 * The result of a unit, with everything that it depends on.
 *
 * @param uri the address or path of the file
 * @param size the size of the file that was read in bytes; negative if none was
 * @param version the version of the file that was read; that of the plan if none was
 * @param task what was done
 * @param target the output, or the other model of a comparison; empty if there is none
 * @param options the options of the work
 * @param tool the version of the program that did it
 * @param took the duration of the work
 * @param outcome the outcome of the work
 */
public record UnitResult(
    String uri,
    long size,
    String version,
    UnitTask task,
    String target,
    UnitOptions options,
    String tool,
    Duration took,
    UnitOutcome outcome) {
  /** The key of the result, which is that of its unit if the file was the planned version. */
  public UnitKey key() {
    return UnitKey.of(uri, version, task, target, options, tool);
  }

  /** The same result, attributed to another version of the program. */
  public UnitResult withTool(String other) {
    return new UnitResult(uri, size, version, task, target, options, other, took, outcome);
  }

  /** Whether this version of the program need not do the unit again. */
  public boolean isFinal() {
    // A changed file was not judged, and each run says so until it is planned again. If the version
    // of a file is unknown, it may have changed.
    return !outcome.isForAgain() && !(outcome instanceof UnitOutcome.Changed) && !version.isEmpty();
  }
}
