/**
 * The types that every step shares: exceptions with place and remedy, limits, the policy for
 * globals, and amounts of bytes.
 */
@NullMarked
package dev.pt2st;

import org.jspecify.annotations.NullMarked;
