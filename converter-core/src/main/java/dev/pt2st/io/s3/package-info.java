/**
 * Objects in buckets of S3 and of servers with the same protocol: {@code s3://bucket/key}. A key is
 * taken literally, so {@code %20}, {@code +}, {@code ?}, {@code //} and {@code ..} have no special
 * meaning.
 *
 * <p>Settings and credentials are those of {@code dev.pt2st.io.aws}. A request is signed with its
 * body, or over an encrypted connection with the MD5 of a large one. Reads are bound to the entity
 * tag of the object that was opened. A new object appears in one step, and by default only if there
 * is not an object of its name.
 */
@NullMarked
package dev.pt2st.io.s3;

import org.jspecify.annotations.NullMarked;
