/**
 * A directory of models, migrated. {@link dev.pt2st.migrate.Migration} is where to begin. A
 * migration goes through the packages below this one:
 *
 * <ol>
 *   <li>{@code recognize} turns each directory into facts: which entries there are, and what the
 *       content of each says that it is. {@code content} knows what is in one file.
 *   <li>{@code decide} turns facts into units, each with what is to be done about it: what is
 *       converted, kept, refused, or left alone, such as the state of an optimizer.
 *   <li>{@code plan} goes through the tree and keeps the units.
 *   <li>{@code work} carries out one unit at a time, and removes originals if that is asked for.
 *   <li>{@code journal} remembers what was done, for the next run.
 * </ol>
 *
 * <p>{@code unit} has the data that all of them share, {@code names} the rules for names, and
 * {@code lines} how data becomes lines of text.
 */
@NullMarked
package dev.pt2st.migrate;

import org.jspecify.annotations.NullMarked;
