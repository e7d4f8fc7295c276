/** Models on the Hugging Face Hub, read from there or from the local cache. */
@NullMarked
package dev.pt2st.io.hub;

import org.jspecify.annotations.NullMarked;
