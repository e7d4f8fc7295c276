/**
 * Files: mapping, cursors, atomic output. Nothing but this, {@code io.output} and {@code io.spill}
 * touches channels.
 *
 * <p>Remote data is read by ranges: a {@link dev.pt2st.io.source.RangeSource} becomes a {@link
 * dev.pt2st.io.MappedFile} over a sparse file, whose blocks are fetched before they are read.
 * Mappings are accessible only through the types made for that, since a hole in such a file reads
 * as zeros.
 */
@NullMarked
package dev.pt2st.io;

import org.jspecify.annotations.NullMarked;
