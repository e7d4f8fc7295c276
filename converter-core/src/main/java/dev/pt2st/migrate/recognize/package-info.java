/**
 * Turns the directories of the source tree into facts: plain data about what exists, without
 * decisions. {@code decide} turns facts into units.
 */
@NullMarked
package dev.pt2st.migrate.recognize;

import org.jspecify.annotations.NullMarked;
