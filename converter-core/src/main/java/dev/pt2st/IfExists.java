package dev.pt2st;

/** What happens if a file of the name that is to be written is there already. */
public enum IfExists {
  /** Nothing is written. */
  REFUSE,

  /** The new file replaces it in one step, when all of the new one is written. */
  REPLACE;

  /** What a plain option says. */
  public static IfExists of(boolean overwrite) {
    return overwrite ? REPLACE : REFUSE;
  }
}
