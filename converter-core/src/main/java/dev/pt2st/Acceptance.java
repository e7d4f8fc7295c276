package dev.pt2st;

/**
 * How a name that is not on the built-in list came to be accepted.
 *
 * @param by what accepts it
 * @param text the name or pattern as the user gave it, or the reason that the list gives; empty
 *     where every name is accepted
 */
public record Acceptance(By by, String text) {
  /** What accepts a name, from what says most of it to what says least. */
  public enum By {
    /** A line of an organisation's own list. */
    LIST,
    /** The exact name, given for this run. */
    NAME,
    /** A pattern that the name fits. */
    PATTERN,
    /** Everything is accepted. */
    ALL
  }

  /** Whether whoever accepted it had this very name in mind. */
  public boolean isOfTheName() {
    return by == By.LIST || by == By.NAME;
  }
}
