package dev.pt2st;

/** Work on the file would pass one of the {@link Limits}. */
public final class LimitException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  private final Limit limit;

  /**
   * Work that was not done, or not to its end.
   *
   * @param limit the limit that would be passed
   * @param problem what would pass it, as a clause
   */
  public LimitException(Place place, Limit limit, String problem) {
    super(place, problem, new Remedy.RaiseLimit(limit));
    this.limit = limit;
  }

  /** The limit that would be passed. */
  public Limit limit() {
    return limit;
  }
}
