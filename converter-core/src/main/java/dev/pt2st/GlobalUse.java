package dev.pt2st;

import java.util.Locale;

/** How a pickle stream uses a global, from the most harmless use to the least. */
public enum GlobalUse {
  /** Pushed on the stack only: as an argument, a state, a value. */
  NAMED,
  /** Instantiated without a call: NEWOBJ, NEWOBJ_EX, {@code copyreg._reconstructor}. */
  INSTANTIATED,
  /**
   * Changed itself, rather than an instance of it: BUILD, APPEND, SETITEM, ADDITEMS and similar.
   */
  CHANGED,
  /** Called: REDUCE, INST, OBJ. */
  CALLED;

  /** The word in reports: the constant's name in lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
