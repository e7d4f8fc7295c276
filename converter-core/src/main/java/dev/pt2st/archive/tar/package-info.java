/**
 * Tar archives as {@code Lib/tarfile.py} of Python reads them, with all that it forgives. It knows
 * nothing of the strict reader, which decides what is converted.
 */
@NullMarked
package dev.pt2st.archive.tar;

import org.jspecify.annotations.NullMarked;
