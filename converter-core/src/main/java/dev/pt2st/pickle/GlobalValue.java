package dev.pt2st.pickle;

import dev.pt2st.GlobalName;
import dev.pt2st.GlobalStanding;
import dev.pt2st.GlobalUse;
import dev.pt2st.Place;

/**
 * A global: a Python class or function, as a name only. All pickles of an input share one object
 * for each name, which collects how the global is used.
 */
public final class GlobalValue implements Value {

  private final GlobalName name;
  private final String dottedName;
  private final GlobalName written;
  private final GlobalStanding standing;
  private final Place place;
  private GlobalUse use = GlobalUse.NAMED;
  private String call = "";
  private long calls;
  private long listedCalls;

  /**
   * @param name as resolved: Python 2 names mapped
   * @param written as the stream writes it
   * @param standing whether it is listed or accepted
   * @param place the first place that names it
   */
  public GlobalValue(GlobalName name, GlobalName written, GlobalStanding standing, Place place) {
    this.name = name;
    this.dottedName = name.toString();
    this.written = written;
    this.standing = standing;
    this.place = place;
  }

  public GlobalName name() {
    return name;
  }

  /** Module and name joined by a dot, as in the allowlist; computed once. */
  public String dottedName() {
    return dottedName;
  }

  public GlobalName written() {
    return written;
  }

  public GlobalStanding standing() {
    return standing;
  }

  public Place place() {
    return place;
  }

  /** The least harmless use so far. */
  public GlobalUse use() {
    return use;
  }

  /** Its first call as Python would write it, as far as that is known; empty if there is none. */
  public String call() {
    return call;
  }

  /** Notes its first call, as Python would write it. */
  public void noteCall(String text) {
    call = text;
  }

  /**
   * Notes a use of a value as a class or function. It counts for the global that the value is or
   * came from.
   */
  public static void note(Value used, GlobalUse use) {
    switch (used) {
      case GlobalValue global -> global.note(use);
      case ObjectValue object -> object.note(use);
      default -> {}
    }
  }

  /** Notes that its current call has arguments with which it is known to be data. */
  public void noteListedCall() {
    listedCalls++;
  }

  /** Whether it is called, and every call has arguments with which it is known to be data. */
  public boolean isListedAsCalled() {
    return calls > 0 && calls == listedCalls;
  }

  /** Notes a use. */
  public void note(GlobalUse seen) {
    if (seen == GlobalUse.CALLED) {
      calls++;
    }
    if (seen.compareTo(use) > 0) {
      use = seen;
    }
  }
}
