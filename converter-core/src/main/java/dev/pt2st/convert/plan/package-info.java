/** What a conversion would write, as pure data: each tensor, its form and its place. */
@NullMarked
package dev.pt2st.convert.plan;

import org.jspecify.annotations.NullMarked;
