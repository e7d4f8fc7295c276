/** What the commands print: results as text, JSON and SARIF, failures, exit codes and progress. */
@NullMarked
package dev.pt2st.cli.report;

import org.jspecify.annotations.NullMarked;
