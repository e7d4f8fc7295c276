/**
 * The words that every step shares: what can be wrong with a checkpoint, where, what bounds the
 * work, and how amounts are written.
 */
@NullMarked
package dev.pt2st;

import org.jspecify.annotations.NullMarked;
