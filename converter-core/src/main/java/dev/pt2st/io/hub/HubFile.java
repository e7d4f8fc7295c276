package dev.pt2st.io.hub;

/**
 * A file of a commit.
 *
 * @param path in the repository
 * @param size in bytes
 * @param etag the digest of its content, as in {@link HubTag}
 */
record HubFile(String path, long size, String etag) {}
