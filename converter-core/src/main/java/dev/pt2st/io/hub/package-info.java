/** Models on the Hugging Face Hub, read as they lie there, or from its cache on this disk. */
@NullMarked
package dev.pt2st.io.hub;

import org.jspecify.annotations.NullMarked;
