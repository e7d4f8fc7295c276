package dev.pt2st.units;

import java.time.Duration;

/**
 * What came of a unit, with all that it depends on.
 *
 * @param uri of the file
 * @param size in bytes of what was worked on; negative if nothing was
 * @param version of what was worked on; that of the plan if nothing was
 * @param task what was done
 * @param target the output, or the other model; empty if there is none
 * @param options what the work went by
 * @param tool the version of the program that did it
 * @param took how long
 * @param outcome what came of it
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
  /** What tells it from every other result; that of its unit if the file was as planned. */
  public UnitKey key() {
    return UnitKey.of(uri, version, task, target, options, tool);
  }

  /** The same as another version of the program would have it. */
  public UnitResult withTool(String other) {
    return new UnitResult(uri, size, version, task, target, options, other, took, outcome);
  }

  /** Whether the same unit need not be done again by this version of the program. */
  public boolean isFinal() {
    // Of a file whose version nobody knows, nobody knows whether it is still the same.
    return !outcome.isForAgain() && !version.isEmpty();
  }
}
