/**
 * Whether everything in a file is known to be data. It looks into whatever could be read as a
 * pickle, refuses nothing and runs nothing; the result is data.
 */
@NullMarked
package dev.pt2st.scan;

import org.jspecify.annotations.NullMarked;
