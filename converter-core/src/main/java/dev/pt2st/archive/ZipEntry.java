package dev.pt2st.archive;

import dev.pt2st.io.ByteSource;

/**
 * One record of a ZIP as its central directory describes it, its local header checked against that.
 *
 * @param name the full name, root folder included; bytes that are no UTF-8 appear as Latin-1
 * @param key the name's bytes, each as one character, in ASCII lower case: what look-up compares
 * @param bytes where its content lies
 */
public record ZipEntry(String name, String key, ByteSource bytes) {}
