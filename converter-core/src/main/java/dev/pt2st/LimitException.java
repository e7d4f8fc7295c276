package dev.pt2st;

/** Work on the file would exceed one of the {@link Limits}. */
public final class LimitException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  private final Limit limit;

  /**
   * Work that was not started, or not finished.
   *
   * @param limit the limit that would be exceeded
   * @param problem what would exceed it, as a clause
   */
  public LimitException(Place place, Limit limit, String problem) {
    super(place, problem, new Remedy.RaiseLimit(limit));
    this.limit = limit;
  }

  /** The limit that would be exceeded. */
  public Limit limit() {
    return limit;
  }
}
