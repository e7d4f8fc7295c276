/**
 * A pickle looked at and not rebuilt: the disassembler, and the tracer of the globals that it
 * reaches.
 */
@NullMarked
package dev.pt2st.pickle.analysis;

import org.jspecify.annotations.NullMarked;
