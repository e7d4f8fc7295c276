/** What a conversion can be asked for. */
@NullMarked
package dev.pt2st.convert.options;

import org.jspecify.annotations.NullMarked;
