package dev.pt2st;

/** Whether the rules know the name. */
public enum GlobalStanding {
  /** On the built-in list. */
  LISTED,
  /** Accepted by the user, as an inert record. */
  ALLOWED,
  /** Neither. */
  UNLISTED
}
