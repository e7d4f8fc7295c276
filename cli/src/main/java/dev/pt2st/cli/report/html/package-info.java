/**
 * Self-contained HTML pages: nothing is fetched, the only script zooms a drawing, and names are
 * always text.
 */
@NullMarked
package dev.pt2st.cli.report.html;

import org.jspecify.annotations.NullMarked;
