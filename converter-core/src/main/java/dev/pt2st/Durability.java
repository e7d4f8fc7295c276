package dev.pt2st;

/** When what was written counts as done. */
public enum Durability {
  /** When the system has it. A crash of the machine, not of the program, may lose it. */
  WRITTEN,

  /** When the disk has it: the bytes, and the names in the directory (fsync). */
  SYNCED;

  /** What a plain option says. */
  public static Durability of(boolean durable) {
    return durable ? SYNCED : WRITTEN;
  }
}
