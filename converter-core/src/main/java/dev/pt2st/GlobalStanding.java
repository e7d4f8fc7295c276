package dev.pt2st;

/** Whether a global is accepted, and by what. */
public enum GlobalStanding {
  /** On the built-in allowlist. */
  LISTED,
  /** Accepted by the user's policy, as an inert record. */
  ALLOWED,
  /** Neither on the allowlist nor accepted by the policy. */
  UNLISTED
}
