package dev.pt2st.cli.input;

/**
 * The user's limits on network use.
 *
 * @param requests the maximum number of requests
 * @param bytes the maximum number of received bytes
 * @param connections the maximum number of concurrent requests
 * @param anonymous whether requests to S3 are unsigned
 */
public record Bounds(long requests, long bytes, int connections, boolean anonymous) {}
