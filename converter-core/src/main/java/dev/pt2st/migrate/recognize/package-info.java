/**
 * What there is in a directory of the source tree, as facts: plain data that says nothing of what
 * becomes of it. {@code decide} turns facts into units.
 */
@NullMarked
package dev.pt2st.migrate.recognize;

import org.jspecify.annotations.NullMarked;
