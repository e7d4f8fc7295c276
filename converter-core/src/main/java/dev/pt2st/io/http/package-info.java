/**
 * HTTP requests, and the store for files on web servers. Connections, requests, bytes, time,
 * attempts and redirects are limited here. Credentials are sent only to the host that they are for,
 * and no message contains an address with a query.
 */
@NullMarked
package dev.pt2st.io.http;

import org.jspecify.annotations.NullMarked;
