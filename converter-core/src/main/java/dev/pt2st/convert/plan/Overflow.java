package dev.pt2st.convert.plan;

/**
 * A tensor of which finite elements have become infinite in another dtype.
 *
 * @param name of the tensor in the output
 * @param elements how many
 */
public record Overflow(String name, long elements) {}
