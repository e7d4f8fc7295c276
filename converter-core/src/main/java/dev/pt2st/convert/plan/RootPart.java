package dev.pt2st.convert.plan;

/**
 * A part of a checkpoint that could be the root of a conversion.
 *
 * @param path the keys that lead to it from the top, joined by dots; empty for the top
 * @param automatic whether a conversion chooses it by default
 * @param tensors how many names of tensors it holds
 * @param bytes their size in bytes, each written in full
 */
public record RootPart(String path, boolean automatic, long tensors, long bytes) {}
