package dev.pt2st;

/** The file is sound, but its kind or its content cannot be converted. */
public final class UnsupportedException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  /**
   * A sound file that cannot be converted.
   *
   * @param problem what it is, as a clause
   */
  public UnsupportedException(Place place, String problem, Remedy remedy) {
    super(place, problem, remedy);
  }
}
