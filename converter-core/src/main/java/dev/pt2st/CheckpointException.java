package dev.pt2st;

/**
 * A checkpoint that is not converted, and why: the one family of exceptions for everything that the
 * bytes of an input can cause. The message is one sentence: place, what is wrong, what to do, in
 * words for a caller of this library. A program that has words of its own puts it together of
 * {@link #place()}, {@link #problem()} and {@link #remedy()}.
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

  /** Where it happened. */
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

  /** The message with other words for what can be done. */
  public String message(RemedyWording wording) {
    return message(place, problem, wording.of(remedy));
  }

  private static String message(Place place, String problem, String advice) {
    return place + ": " + problem + (advice.isEmpty() ? "" : "; " + advice);
  }
}
