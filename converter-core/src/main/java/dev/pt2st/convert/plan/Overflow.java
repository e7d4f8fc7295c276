package dev.pt2st.convert.plan;

/**
 * A tensor in which a cast turned finite elements into infinity.
 *
 * @param name of the tensor in the output
 * @param elements how many elements became infinite
 */
public record Overflow(String name, long elements) {}
