/** Bills of materials: what is said of each model, and how CycloneDX writes it. */
@NullMarked
package dev.pt2st.cli.report.sbom;

import org.jspecify.annotations.NullMarked;
