package dev.pt2st.scan;

import dev.pt2st.Acceptance;

/**
 * A finding that does not count against a file, since the user accepts its global. Reports list it,
 * so that a reader sees what was accepted and why.
 *
 * @param finding the finding that would otherwise count
 * @param acceptance what accepts the global
 */
public record AcceptedFinding(Finding finding, Acceptance acceptance) {}
