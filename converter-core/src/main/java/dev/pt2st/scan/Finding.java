package dev.pt2st.scan;

import dev.pt2st.Place;
import dev.pt2st.TracedGlobal;
import org.jspecify.annotations.Nullable;

/**
 * One thing that counts against a file.
 *
 * @param rule the rule that the file breaks
 * @param place the file as the user named it; the entry, with an exclamation mark between nested
 *     archives; the byte offset in this entry
 * @param message what was found there, as a sentence without a full stop
 * @param global the global and its uses, if the finding is about one; else null
 */
public record Finding(Rule rule, Place place, String message, @Nullable TracedGlobal global) {}
