package dev.pt2st.archive;

import dev.pt2st.io.ByteSource;

/**
 * A regular file in a tar.
 *
 * @param name the full name as the archive has it
 * @param bytes where its content lies
 */
public record TarEntry(String name, ByteSource.Stored bytes) {}
