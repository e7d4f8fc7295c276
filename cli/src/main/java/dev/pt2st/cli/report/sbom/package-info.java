/** Bills of materials: the facts about each model, written in CycloneDX. */
@NullMarked
package dev.pt2st.cli.report.sbom;

import org.jspecify.annotations.NullMarked;
