package dev.pt2st.convert.plan;

/**
 * A part of a checkpoint that could be the root of a conversion.
 *
 * @param path the keys that lead to it from the top, joined by dots; empty for the top
 * @param automatic whether a conversion takes it without being told
 * @param tensors how many tensors it holds, by name
 * @param bytes of these, each written in full
 */
public record RootPart(String path, boolean automatic, long tensors, long bytes) {}
