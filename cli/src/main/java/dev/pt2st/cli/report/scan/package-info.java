/** The reports of a scan: text, JSON, SARIF and HTML, and what each says of its run. */
@NullMarked
package dev.pt2st.cli.report.scan;

import org.jspecify.annotations.NullMarked;
