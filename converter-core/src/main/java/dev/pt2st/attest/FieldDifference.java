package dev.pt2st.attest;

/**
 * Where a statement says something else than the files.
 *
 * @param field its path in the statement, such as {@code predicate.content.bytes}
 * @param claimed what the statement says; empty if it has no such field
 * @param found what the files give; empty if they give nothing there
 */
public record FieldDifference(String field, String claimed, String found) {}
