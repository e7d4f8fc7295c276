package dev.pt2st.pickle;

/**
 * A name as GLOBAL, INST or STACK_GLOBAL gives it.
 *
 * @param module the module, such as {@code torch._utils}
 * @param name the qualified name in it; may have dots
 */
public record GlobalName(String module, String name) {
  /** Both joined by a dot, as the allowlist has them. */
  @Override
  public String toString() {
    return module + "." + name;
  }
}
