package dev.pt2st.inspect;

/**
 * A fact in a container about itself or the program that wrote it.
 *
 * @param name what it is about; for a record, its name in the file, such as {@code
 *     .data/serialization_id}
 * @param value the value as text
 */
public record Fact(String name, String value) {}
