package dev.pt2st;

/** When written output counts as done. */
public enum Durability {
  /**
   * When the operating system has it. It survives a crash of the program, but perhaps not of the
   * machine.
   */
  WRITTEN,

  /** When the disk has it: the bytes, and the names in the directory (fsync). */
  SYNCED;
}
