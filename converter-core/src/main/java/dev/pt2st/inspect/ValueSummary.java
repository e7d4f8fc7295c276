package dev.pt2st.inspect;

/**
 * A value without tensors.
 *
 * @param name the keys that lead to it from the top, joined by dots; empty for the top itself
 * @param kind in Python's words: "an int", "a dict"
 * @param text as Python's {@code repr} would show it, shortened if it is long
 */
public record ValueSummary(String name, String kind, String text) {}
