/**
 * Signed or unsigned in-toto statements about conversions: what was read, with which options, and
 * what was written. Anybody with the same files can derive a statement again.
 *
 * <p>An {@link dev.pt2st.attest.Attestation} makes a statement while a conversion copies. A {@link
 * dev.pt2st.attest.StatementCheck} checks it by deriving it from the files again, with the code
 * that compares models.
 */
@NullMarked
package dev.pt2st.attest;

import org.jspecify.annotations.NullMarked;
