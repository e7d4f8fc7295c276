package dev.pt2st.inspect;

import dev.pt2st.GlobalName;
import dev.pt2st.GlobalStanding;
import dev.pt2st.GlobalUse;
import dev.pt2st.Place;

/**
 * A class or function that a file names.
 *
 * @param name the resolved name, with Python 2 names mapped to those of Python 3
 * @param written the name in the file
 * @param standing its standing by the rules for globals
 * @param use the most dangerous use that the file makes of it
 * @param place the first place that names it
 */
public record GlobalSummary(
    GlobalName name, GlobalName written, GlobalStanding standing, GlobalUse use, Place place) {}
