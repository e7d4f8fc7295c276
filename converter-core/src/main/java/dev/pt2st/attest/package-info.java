/**
 * Statements about conversions that anybody with the same files can derive again: what was read,
 * with which options, and what was written, as an in-toto statement; and signatures over them.
 *
 * <p>A statement is made by an {@link dev.pt2st.attest.Attestation} while a conversion copies, and
 * checked by a {@link dev.pt2st.attest.StatementCheck}, which derives it from the files by the code
 * that compares models.
 */
@NullMarked
package dev.pt2st.attest;

import org.jspecify.annotations.NullMarked;
