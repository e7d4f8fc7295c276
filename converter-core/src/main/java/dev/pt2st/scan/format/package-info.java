/**
 * The table of file formats that a scan recognises, each with a check of its structure. A magic
 * number alone counts for nothing: a format is recognised if what it says of itself accounts for
 * the file. The checks refuse rather than guess, allocate nothing by a length from the file, and
 * take no more than a bounded number of steps.
 */
@NullMarked
package dev.pt2st.scan.format;

import org.jspecify.annotations.NullMarked;
