/** Decides what a conversion writes: forms, names, order and shards; gives a plan. */
@NullMarked
package dev.pt2st.convert.planner;

import org.jspecify.annotations.NullMarked;
