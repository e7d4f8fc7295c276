/**
 * Analyses pickles without rebuilding their values: the disassembler, and the tracer of globals.
 */
@NullMarked
package dev.pt2st.pickle.analysis;

import org.jspecify.annotations.NullMarked;
