package dev.pt2st.cli.input;

/**
 * What a user allows of the network.
 *
 * @param requests how many are sent at most
 * @param bytes how many are received at most
 * @param connections how many requests are under way at a time
 * @param anonymous whether requests to S3 go without a signature
 */
public record Bounds(long requests, long bytes, int connections, boolean anonymous) {}
