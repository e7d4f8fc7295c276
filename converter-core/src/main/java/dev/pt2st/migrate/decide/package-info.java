/**
 * Turns facts into decisions. Nothing here reads files itself; questions that need the disk go to a
 * {@code FactsOnDemand}.
 */
@NullMarked
package dev.pt2st.migrate.decide;

import org.jspecify.annotations.NullMarked;
