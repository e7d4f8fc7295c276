/**
 * Objects in buckets of S3 and of servers that speak its protocol: {@code s3://bucket/key}. A key
 * is taken letter by letter as it is written, so {@code %20}, {@code +}, {@code ?}, {@code //} and
 * {@code ..} mean themselves.
 *
 * <p>Settings and credentials are those of {@code dev.pt2st.io.aws}. A request is signed with its
 * body, or over an encrypted connection with the MD5 of a large one. Reads are bound to the entity
 * tag of the object that was opened; a new object appears in one step, and by default only if there
 * is none of its name.
 */
@NullMarked
package dev.pt2st.io.s3;

import org.jspecify.annotations.NullMarked;
