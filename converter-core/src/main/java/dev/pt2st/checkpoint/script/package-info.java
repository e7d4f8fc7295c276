/**
 * What TorchScript archives hold: their modules, attributes and code, packed weights, and the older
 * form with Protocol Buffers.
 */
@NullMarked
package dev.pt2st.checkpoint.script;

import org.jspecify.annotations.NullMarked;
