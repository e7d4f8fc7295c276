/**
 * The reports of a scan: text, JSON, SARIF, Markdown and HTML, and their description of the run.
 */
@NullMarked
package dev.pt2st.cli.report.scan;

import org.jspecify.annotations.NullMarked;
