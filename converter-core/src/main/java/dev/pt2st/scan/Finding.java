package dev.pt2st.scan;

import dev.pt2st.Place;
import dev.pt2st.TracedGlobal;
import org.jspecify.annotations.Nullable;

/**
 * One thing that speaks against a file.
 *
 * @param rule what it breaks
 * @param place the file as the user named it; the entry, with an exclamation mark between archives
 *     within archives; the byte in this entry
 * @param message what was found there, as a sentence without an end
 * @param global the global and its uses, where that is what was found; else null
 */
public record Finding(Rule rule, Place place, String message, @Nullable TracedGlobal global) {}
