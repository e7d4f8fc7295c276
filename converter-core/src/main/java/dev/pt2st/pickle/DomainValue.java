package dev.pt2st.pickle;

import java.util.List;

/** A value that the {@link Domain} made, such as a tensor or a dtype. */
public non-sealed interface DomainValue extends Value {
  /** The values that it was made of, which a walk through the value graph visits too. */
  List<Value> parts();

  /**
   * Sets a state (BUILD).
   *
   * @return whether values of this kind have a state
   */
  default boolean takeState(Value state) {
    return false;
  }

  /**
   * The heap bytes of a value that refers to no other value because it has copied what it needs.
   * Once such a value has its state, the values of the state are free again, so a pickle may
   * describe a million such values. Called directly after the state was set.
   *
   * @return negative if it refers to other values, or may
   */
  default long ownBytes() {
    return -1;
  }
}
