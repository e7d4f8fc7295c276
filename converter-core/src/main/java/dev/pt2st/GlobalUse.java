package dev.pt2st;

import java.util.Locale;

/** How a stream uses a global, from the most harmless to the least. */
public enum GlobalUse {
  /** Put on the stack: as an argument, a state, a value. */
  NAMED,
  /** Made an instance of without a call: NEWOBJ, NEWOBJ_EX, {@code copyreg._reconstructor}. */
  INSTANTIATED,
  /** Changed itself, not an object made of it: BUILD, APPEND, SETITEM, ADDITEMS and their kind. */
  CHANGED,
  /** Called: REDUCE, INST, OBJ. */
  CALLED;

  /** As reports write it: in lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
