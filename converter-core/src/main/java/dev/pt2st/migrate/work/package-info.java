/** The work on one unit: converting, copying, linking, removing. */
@NullMarked
package dev.pt2st.migrate.work;

import org.jspecify.annotations.NullMarked;
