/** What a conversion would write, as pure data: each tensor with its form and its position. */
@NullMarked
package dev.pt2st.convert.plan;

import org.jspecify.annotations.NullMarked;
