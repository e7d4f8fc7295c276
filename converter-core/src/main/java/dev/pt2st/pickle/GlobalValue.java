package dev.pt2st.pickle;

import dev.pt2st.Place;

/**
 * A global: a class or function of Python, as a name only. One object a name and stream family, so
 * that it collects how the name was used.
 */
public final class GlobalValue implements Value {

  /** How a stream uses a global, from the most harmless to the least. */
  public enum Use {
    /** Put on the stack: as an argument, a state, a value. */
    NAMED,
    /** Made an instance of without a call: NEWOBJ, NEWOBJ_EX, {@code copyreg._reconstructor}. */
    INSTANTIATED,
    /** Called: REDUCE, INST, OBJ. */
    CALLED
  }

  private final GlobalName name;
  private final String dottedName;
  private final GlobalName written;
  private final Standing standing;
  private final Place place;
  private Use use = Use.NAMED;

  /** Whether the rules know the name. */
  public enum Standing {
    /** On the built-in list. */
    LISTED,
    /** Accepted by the user, as an inert record. */
    ALLOWED,
    /** Neither. */
    UNLISTED
  }

  /**
   * @param name as resolved: Python 2 names mapped
   * @param written as the stream has it
   * @param standing what the rules say of it
   * @param place the first place that names it
   */
  public GlobalValue(GlobalName name, GlobalName written, Standing standing, Place place) {
    this.name = name;
    this.dottedName = name.toString();
    this.written = written;
    this.standing = standing;
    this.place = place;
  }

  public GlobalName name() {
    return name;
  }

  /** Module and name joined by a dot, as the allowlist has them; made once. */
  public String dottedName() {
    return dottedName;
  }

  public GlobalName written() {
    return written;
  }

  public Standing standing() {
    return standing;
  }

  public Place place() {
    return place;
  }

  /** The least harmless use so far. */
  public Use use() {
    return use;
  }

  /** Notes a use of a value as a class or function: that of a global, or of what came from one. */
  public static void note(Value used, Use use) {
    switch (used) {
      case GlobalValue global -> global.note(use);
      case ObjectValue object -> object.note(use);
      default -> {}
    }
  }

  /** Notes a use. */
  public void note(Use seen) {
    if (seen.compareTo(use) > 0) {
      use = seen;
    }
  }
}
