package dev.pt2st.scan;

import dev.pt2st.Acceptance;

/**
 * A finding that does not speak against a file, since its global is accepted. It stays in every
 * report: whoever reads one sees what was let through, and why.
 *
 * @param finding what would be said otherwise
 * @param acceptance what accepts the global
 */
public record AcceptedFinding(Finding finding, Acceptance acceptance) {}
