package dev.pt2st;

/**
 * A global of a pickle that is not on the allowlist.
 *
 * @param name module and qualified name, joined by a dot, as resolved (Python 2 names mapped)
 * @param written the same name as the file writes it
 * @param use the least harmless use that the stream makes of it
 * @param place the first place that names it
 * @param call its first call as Python would write it; empty if it is not called
 * @param danger what the global does, as the end of a sentence, if it is known to run code or to
 *     reach the system; else empty
 */
public record RefusedGlobal(
    String name, String written, GlobalUse use, Place place, String call, String danger) {}
