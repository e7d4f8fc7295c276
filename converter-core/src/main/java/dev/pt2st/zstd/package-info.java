/**
 * Decompression of zstd (RFC 8878).
 *
 * <p>The zstd libraries for Java call native code, or read with {@code sun.misc.Unsafe}, which the
 * JDK warns of and which does not check its bounds. A file is not to be trusted, so this one is
 * plain Java: whatever the bytes are, they end in an exception at worst.
 */
@NullMarked
package dev.pt2st.zstd;

import org.jspecify.annotations.NullMarked;
