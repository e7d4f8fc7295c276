package dev.pt2st.archive;

import dev.pt2st.io.ByteSource;

/**
 * A regular file in a tar.
 *
 * @param name the full name in the archive
 * @param bytes where its content is
 */
public record TarEntry(String name, ByteSource.Stored bytes) {}
