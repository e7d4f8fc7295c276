package dev.pt2st;

/**
 * A global of a pickle that is not on the allowlist.
 *
 * @param name module and qualified name, joined by a dot, as resolved (Python 2 names mapped)
 * @param written the same as the file writes it
 * @param use the least harmless use that the stream makes of it
 * @param place the first place that names it
 */
public record RefusedGlobal(String name, String written, GlobalUse use, Place place) {}
