package dev.pt2st.units;

import dev.pt2st.io.http.ShownAddress;

/**
 * The work on one file, as plain data. Whoever has a unit can do it, on any machine that reaches
 * the file, without anything else from whoever has planned it.
 *
 * @param uri of the file: an address, or an absolute path on a disk that the machines share
 * @param size of it in bytes, when it was planned; negative if nobody knew
 * @param version of it when it was planned: an entity tag or a digest as its store gives it, for a
 *     file of a disk the time of its last change; empty if nobody knew
 * @param task what is done
 * @param target of a conversion its output, of a comparison the other model; else empty
 * @param options what the work goes by
 * @param weight what the work is estimated to cost: its bytes, and for each request as many as
 *     could be read in the time that it takes
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
   * Checks what it is made of.
   *
   * @throws IllegalArgumentException if it is no unit, with the reason
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
    boolean isAddress = address.contains("://");
    if (isAddress && !ShownAddress.of(address).text().equals(address)) {
      // Plans and results are kept and passed on, and are no place for a signature or a password.
      throw new IllegalArgumentException(
          "the " + name + " has a query, a fragment or a user, where secrets are; name it without");
    }
  }

  /**
   * What tells the result of this unit from every other one.
   *
   * @param tool the version of the program that does it
   */
  public UnitKey key(String tool) {
    return UnitKey.of(uri, version, task, target, options, tool);
  }
}
