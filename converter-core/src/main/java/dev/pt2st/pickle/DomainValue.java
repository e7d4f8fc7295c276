package dev.pt2st.pickle;

import java.util.List;

/**
 * A value of the domain that a pickle belongs to, made by its {@link Domain}: a tensor, a dtype.
 */
public non-sealed interface DomainValue extends Value {
  /** The values that it was made of and that are still to be seen when a graph is walked. */
  List<Value> parts();

  /**
   * Takes a state (BUILD).
   *
   * @return whether values of this kind have a state
   */
  default boolean takeState(Value state) {
    return false;
  }
}
