/**
 * The table of file formats that a scan recognizes, each with a check of its structure. A magic
 * number alone is not enough: the structure must account for the file. The checks refuse rather
 * than guess, never allocate memory by a length from the file, and take a bounded number of steps.
 */
@NullMarked
package dev.pt2st.scan.format;

import org.jspecify.annotations.NullMarked;
