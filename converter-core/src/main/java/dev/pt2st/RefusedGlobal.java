package dev.pt2st;

/**
 * A global of a pickle that is not on the allowlist.
 *
 * @param name module and qualified name, joined by a dot, as resolved (Python 2 names mapped)
 * @param written the same as the file writes it
 * @param use how the stream uses it: "named", "instantiated" or "called"
 * @param place the first place that names it
 */
public record RefusedGlobal(String name, String written, String use, Place place) {}
