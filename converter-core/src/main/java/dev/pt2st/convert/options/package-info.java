/** The options of a conversion. */
@NullMarked
package dev.pt2st.convert.options;

import org.jspecify.annotations.NullMarked;
