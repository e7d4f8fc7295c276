package dev.pt2st;

/** What happens if the output file exists already. */
public enum IfExists {
  /** Nothing is written. */
  REFUSE,

  /** The new file replaces it in one step, once it is completely written. */
  REPLACE;
}
