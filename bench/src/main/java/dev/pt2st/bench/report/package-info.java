/** What benchmarks have measured, as tables and plots. */
@NullMarked
package dev.pt2st.bench.report;

import org.jspecify.annotations.NullMarked;
