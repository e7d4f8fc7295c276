/**
 * The words that every step shares: what can be wrong with a checkpoint, where, and what bounds the
 * work.
 */
@NullMarked
package dev.pt2st;

import org.jspecify.annotations.NullMarked;
