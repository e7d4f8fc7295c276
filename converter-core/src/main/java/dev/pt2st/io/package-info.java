/**
 * Files: mapping, cursors, atomic output. The only package that touches channels.
 *
 * <p>Remote data is read by ranges: a {@link dev.pt2st.io.RangeSource} becomes a {@link
 * dev.pt2st.io.MappedFile} over a sparse file, whose blocks are fetched before they are read.
 * Mappings are accessible only through the types made for that, since a hole in such a file reads
 * as zeros.
 */
@NullMarked
package dev.pt2st.io;

import org.jspecify.annotations.NullMarked;
