/**
 * Migrates a directory of models; {@link dev.pt2st.migrate.Migration} is the entry point. A
 * migration uses the packages below this one in this order:
 *
 * <ol>
 *   <li>{@code recognize} turns each directory into facts: its entries, and what each is by its
 *       content. {@code content} examines single files.
 *   <li>{@code decide} turns facts into units, each with an action: convert, keep, refuse, or leave
 *       unchanged, such as the state of an optimizer.
 *   <li>{@code plan} walks the tree and stores the units.
 *   <li>{@code work} carries out single units, and removes originals if asked to.
 *   <li>{@code journal} records what was done for the next run.
 * </ol>
 *
 * <p>{@code unit} has the data that all of them share, {@code names} has the rules for names, and
 * {@code lines} reads and writes data as lines of text.
 */
@NullMarked
package dev.pt2st.migrate;

import org.jspecify.annotations.NullMarked;
