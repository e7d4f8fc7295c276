package dev.pt2st;

/** A sound file of a kind, or with a content, that cannot be converted. */
public final class UnsupportedException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  /**
   * What is sound and cannot be converted.
   *
   * @param problem what it is, as a clause
   */
  public UnsupportedException(Place place, String problem, Remedy remedy) {
    super(place, problem, remedy);
  }
}
