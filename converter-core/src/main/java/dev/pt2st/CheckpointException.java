package dev.pt2st;

/**
 * A checkpoint cannot be read or converted. This is the one family of exceptions for everything
 * that the bytes of an input can cause. The message is one sentence for a caller of this library:
 * where, what is wrong, what to do. A program with its own wording composes it from {@link
 * #place()}, {@link #problem()} and {@link #remedy()}.
 */
public abstract sealed class CheckpointException extends Exception
    permits MalformedException, UnsupportedException, RefusedException, LimitException {
  private static final long serialVersionUID = 1L;

  private final transient Place place;
  private final String problem;
  private final transient Remedy remedy;

  CheckpointException(Place place, String problem, Remedy remedy) {
    super(message(place, problem, remedy.advice()));
    this.place = place;
    this.problem = problem;
    this.remedy = remedy;
  }

  /** Where the problem is. */
  public Place place() {
    return place;
  }

  /** What is wrong, without the place. */
  public String problem() {
    return problem;
  }

  /** What can be done about it. */
  public Remedy remedy() {
    return remedy;
  }

  /** The message with another wording of the remedy. */
  public String message(RemedyWording wording) {
    return message(place, problem, wording.of(remedy));
  }

  private static String message(Place place, String problem, String advice) {
    return place + ": " + problem + (advice.isEmpty() ? "" : "; " + advice);
  }
}
