/** What decompresses: the formats that a conversion reads, and those that only loaders do. */
@NullMarked
package dev.pt2st.archive.compression;

import org.jspecify.annotations.NullMarked;
