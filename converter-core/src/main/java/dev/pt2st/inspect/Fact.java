package dev.pt2st.inspect;

/**
 * Something that a container says of itself or of who wrote it.
 *
 * @param name what it is about; a record of the file is called as the file calls it, such as {@code
 *     .data/serialization_id}
 * @param value as text
 */
public record Fact(String name, String value) {}
