package dev.pt2st.convert;

/**
 * A part of the checkpoint that the output does not hold.
 *
 * @param key the keys that lead to it, joined by dots
 * @param tensors how many tensors are in it
 * @param bytes how many bytes these have
 */
public record LeftOut(String key, long tensors, long bytes) {}
