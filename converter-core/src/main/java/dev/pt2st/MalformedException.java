package dev.pt2st;

/** The bytes break the rules of their format: cut short, damaged, or made to mislead. */
public final class MalformedException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  public MalformedException(Place place, String problem, Remedy remedy) {
    super(place, problem, remedy);
  }

  public MalformedException(Place place, String problem) {
    this(
        place,
        problem,
        new Remedy.FetchAgain(
            "the file is damaged or was made to mislead: get it again from its source"));
  }
}
