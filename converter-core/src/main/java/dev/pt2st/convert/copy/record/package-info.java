/** The records of a source: their bytes, piece by piece, and the CRC-32 that each must have. */
@NullMarked
package dev.pt2st.convert.copy.record;

import org.jspecify.annotations.NullMarked;
