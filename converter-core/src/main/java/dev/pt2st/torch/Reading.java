package dev.pt2st.torch;

import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.HeapBudget;
import java.util.ArrayList;
import java.util.List;

/**
 * One input while it is read: what all of its pickles share. Those of a checkpoint that it keeps as
 * bytes are among them, so that a thousand of these may take no more than one.
 */
final class Reading {
  private final ReadSettings settings;
  private final HeapBudget budget;
  private final GlobalTable globals;
  private final List<GlobalValue> furtherGlobals;
  private final int depth;

  /** Of a file, from its start. */
  Reading(ReadSettings settings) {
    this(
        settings,
        new HeapBudget(settings.limits(), settings.deadline()),
        new GlobalTable(),
        new ArrayList<>(),
        0);
  }

  private Reading(
      ReadSettings settings,
      HeapBudget budget,
      GlobalTable globals,
      List<GlobalValue> furtherGlobals,
      int depth) {
    this.settings = settings;
    this.budget = budget;
    this.globals = globals;
    this.furtherGlobals = furtherGlobals;
    this.depth = depth;
  }

  /** The same reading, in a checkpoint that the present one keeps as bytes. */
  Reading within() {
    return new Reading(settings, budget, globals, furtherGlobals, depth + 1);
  }

  ReadSettings settings() {
    return settings;
  }

  /** What its values may take. */
  HeapBudget budget() {
    return budget;
  }

  /** Every global that was named. */
  GlobalTable globals() {
    return globals;
  }

  /** Those of pickles that are no part of an embedded checkpoint and lie beside it. */
  List<GlobalValue> furtherGlobals() {
    return furtherGlobals;
  }

  /** How many checkpoints are around what is read at present. */
  int depth() {
    return depth;
  }
}
