/** What the commands print: results as text and JSON, failures, exit codes and progress. */
@NullMarked
package dev.pt2st.cli.report;

import org.jspecify.annotations.NullMarked;
