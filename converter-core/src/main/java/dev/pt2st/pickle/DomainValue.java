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

  /**
   * The heap bytes of a value that keeps no other value, neither of its state nor of the pickle:
   * what it needs of them it has copied. As soon as it has its state, all that the state took is
   * free again, so that a pickle may describe a million such things. This is asked when it has just
   * taken its state.
   *
   * @return negative if it keeps values, or may
   */
  default long ownBytes() {
    return -1;
  }
}
