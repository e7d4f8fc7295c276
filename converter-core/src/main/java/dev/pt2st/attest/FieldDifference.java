package dev.pt2st.attest;

/**
 * A field in which a statement disagrees with the files.
 *
 * @param field its path in the statement, such as {@code predicate.content.bytes}
 * @param claimed what the statement says; empty if it has no such field
 * @param found the value derived from the files; empty if they give none
 */
public record FieldDifference(String field, String claimed, String found) {}
