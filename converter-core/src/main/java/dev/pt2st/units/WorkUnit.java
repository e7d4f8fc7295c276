package dev.pt2st.units;

import dev.pt2st.ResourceName;
import dev.pt2st.io.http.ShownAddress;

/**
 * The work on one file, as plain data. A unit can be done on any machine that reaches the file,
 * without further information from its planner.
 *
 * @param uri the file: an address, or an absolute path on a disk that the machines share
 * @param size its size in bytes when it was planned; negative if unknown
 * @param version its version when it was planned: an entity tag or digest of its store, or the time
 *     of the last change of a file on a disk; empty if unknown
 * @param task what is done
 * @param target the output of a conversion, or the other model of a comparison; else empty
 * @param options the options of the work
 * @param weight the estimated cost of the work in bytes: those of the file, and for each request as
 *     many as could be read in the same time
 */
public record WorkUnit(
    String uri,
    long size,
    String version,
    UnitTask task,
    String target,
    UnitOptions options,
    long weight) {
  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException if they do not make a valid unit, with the reason
   */
  public WorkUnit {
    check(uri, "uri");
    if (task.hasTarget()) {
      check(target, "target");
    } else if (!target.isEmpty()) {
      throw new IllegalArgumentException("the task " + task.word() + " has no target");
    }
    if (weight < 0) {
      throw new IllegalArgumentException("the weight is negative");
    }
  }

  private static void check(String address, String name) {
    if (address.isEmpty()) {
      throw new IllegalArgumentException("it has no " + name);
    }
    boolean isAddress = ResourceName.isAddress(address);
    if (isAddress && !ShownAddress.of(address).text().equals(address)) {
      // Plans and results are stored and passed on, so they must not contain signatures or
      // passwords.
      throw new IllegalArgumentException(
          "the " + name + " has a query, a fragment or a user, where secrets are; name it without");
    }
  }

  /**
   * The key that identifies the result of this unit.
   *
   * @param tool the version of the program that does the work
   */
  public UnitKey key(String tool) {
    return UnitKey.of(uri, version, task, target, options, tool);
  }
}
