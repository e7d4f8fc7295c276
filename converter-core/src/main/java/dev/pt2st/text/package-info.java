/**
 * Text: patterns for names, the order of UTF-8, strings and lines of JSON, SHA-256 in hexadecimal.
 */
@NullMarked
package dev.pt2st.text;

import org.jspecify.annotations.NullMarked;
