package dev.pt2st;

/** The bytes break the rules of their format: they are cut short, damaged, or made to mislead. */
public final class MalformedException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  /**
   * Bytes that break the rules of their format.
   *
   * @param problem what is wrong, as a clause
   */
  public MalformedException(Place place, String problem, Remedy remedy) {
    super(place, problem, remedy);
  }

  /**
   * Bytes that break the rules of their format, with the remedy to fetch the file again.
   *
   * @param problem what is wrong, as a clause
   */
  public MalformedException(Place place, String problem) {
    this(
        place,
        problem,
        new Remedy.FetchAgain(
            "the file is damaged or was made to mislead: get it again from its source"));
  }
}
