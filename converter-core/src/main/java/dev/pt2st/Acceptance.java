package dev.pt2st;

/**
 * Why a global that is not on the built-in allowlist is accepted.
 *
 * @param by what accepts it
 * @param text the name or pattern as the user gave it, or the reason that the user's list gives;
 *     empty if every name is accepted
 */
public record Acceptance(By by, String text) {
  /** What accepts a name, from the reason that says most about it to the one that says least. */
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

  /** Whether the user accepted exactly this name, not a pattern or everything. */
  public boolean isOfTheName() {
    return by == By.LIST || by == By.NAME;
  }
}
