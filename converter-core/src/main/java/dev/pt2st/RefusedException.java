package dev.pt2st;

import java.util.List;

/** The safety rules forbid this conversion: it could run code, lose a tensor or be ambiguous. */
public final class RefusedException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  private final transient List<RefusedGlobal> globals;

  /**
   * A refusal for a reason other than globals.
   *
   * @param problem the reason, as a clause
   */
  public RefusedException(Place place, String problem, Remedy remedy) {
    this(place, problem, remedy, List.of());
  }

  /**
   * A refusal.
   *
   * @param problem the reason, as a clause
   * @param globals the globals that are not on the allowlist, if these are the reason
   */
  public RefusedException(Place place, String problem, Remedy remedy, List<RefusedGlobal> globals) {
    super(place, problem, remedy);
    this.globals = List.copyOf(globals);
  }

  /** The globals that are not on the allowlist; empty if the refusal has another reason. */
  public List<RefusedGlobal> globals() {
    return globals;
  }
}
