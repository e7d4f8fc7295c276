package dev.pt2st.inspect;

import dev.pt2st.GlobalName;
import dev.pt2st.GlobalStanding;
import dev.pt2st.GlobalUse;
import dev.pt2st.Place;

/**
 * A class or function that a file names.
 *
 * @param name as resolved: Python 2 names mapped
 * @param written as the file has it
 * @param standing what the rules say of it
 * @param use the least harmless thing that the file does with it
 * @param place the first place that names it
 */
public record GlobalSummary(
    GlobalName name, GlobalName written, GlobalStanding standing, GlobalUse use, Place place) {}
