/**
 * Files: mapping, cursors, atomic output. The only package that touches channels.
 *
 * <p>What is not on this disk is read by ranges: a {@link dev.pt2st.io.RangeSource} becomes a
 * {@link dev.pt2st.io.MappedFile} over a sparse file, whose blocks are fetched before anybody gets
 * to see them. No mapping leaves this package but through the types made for it, as a hole in such
 * a file reads as zeros.
 */
@NullMarked
package dev.pt2st.io;

import org.jspecify.annotations.NullMarked;
