/**
 * The work behind the commands: files that are walked, outputs that are named and stored, scans of
 * many.
 */
@NullMarked
package dev.pt2st.cli.work;

import org.jspecify.annotations.NullMarked;
