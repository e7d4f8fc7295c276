package dev.pt2st;

/**
 * A checkpoint that is not converted, and why: the one family of exceptions for everything that the
 * bytes of an input can cause. The message is one sentence: place, what is wrong, what to do.
 */
public abstract sealed class CheckpointException extends Exception
    permits MalformedException, UnsupportedException, RefusedException, LimitException {
  private static final long serialVersionUID = 1L;

  private final transient Place place;
  private final String problem;
  private final String remedy;

  CheckpointException(Place place, String problem, String remedy) {
    super(place + ": " + problem + (remedy.isEmpty() ? "" : "; " + remedy));
    this.place = place;
    this.problem = problem;
    this.remedy = remedy;
  }

  /** Where it happened. */
  public Place place() {
    return place;
  }

  /** What is wrong, without the place. */
  public String problem() {
    return problem;
  }

  /** What the user can do about it; empty where the problem says it already. */
  public String remedy() {
    return remedy;
  }
}
