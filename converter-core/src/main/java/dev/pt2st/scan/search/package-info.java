/**
 * What is looked for in bytes: where a pickle may begin, what a configuration has called, what only
 * loaders decompress.
 */
@NullMarked
package dev.pt2st.scan.search;

import org.jspecify.annotations.NullMarked;
