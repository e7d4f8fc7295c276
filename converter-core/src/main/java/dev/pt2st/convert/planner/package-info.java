/** Makes the plan of a conversion: forms, names, order and shards. */
@NullMarked
package dev.pt2st.convert.planner;

import org.jspecify.annotations.NullMarked;
