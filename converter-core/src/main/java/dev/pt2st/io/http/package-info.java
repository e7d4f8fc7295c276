/**
 * Requests to servers, and the store of files that a web server has. What is asked of a server is
 * bounded here: connections, requests, bytes, time, tries and redirects. Credentials go to the host
 * that they are for and to no other, and no message holds an address with a query.
 */
@NullMarked
package dev.pt2st.io.http;

import org.jspecify.annotations.NullMarked;
