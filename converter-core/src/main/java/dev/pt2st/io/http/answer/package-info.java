/** What a server answers: its status and fields, and the body as far as it may be taken. */
@NullMarked
package dev.pt2st.io.http.answer;

import org.jspecify.annotations.NullMarked;
