package dev.pt2st.torch;

import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.HeapBudget;
import java.util.ArrayList;
import java.util.List;

/**
 * One input while it is read: what all of its pickles share. Those of a checkpoint that it keeps as
 * bytes are among them, so that a thousand of these may take no more than one.
 */
public final class ReadContext {
  private final ReadSettings settings;
  private final EmbeddedReader embeddedReader;
  private final HeapBudget budget;
  private final GlobalTable globals;
  private final List<GlobalValue> furtherGlobals;
  private final int depth;

  /**
   * Of a file, from its start.
   *
   * @param embeddedReader reads what a checkpoint keeps as bytes
   */
  public ReadContext(ReadSettings settings, EmbeddedReader embeddedReader) {
    this(
        settings,
        embeddedReader,
        new HeapBudget(settings.limits(), settings.deadline()),
        new GlobalTable(),
        new ArrayList<>(),
        0);
  }

  private ReadContext(
      ReadSettings settings,
      EmbeddedReader embeddedReader,
      HeapBudget budget,
      GlobalTable globals,
      List<GlobalValue> furtherGlobals,
      int depth) {
    this.settings = settings;
    this.embeddedReader = embeddedReader;
    this.budget = budget;
    this.globals = globals;
    this.furtherGlobals = furtherGlobals;
    this.depth = depth;
  }

  /** The same reading, in a checkpoint that the present one keeps as bytes. */
  public ReadContext within() {
    return new ReadContext(settings, embeddedReader, budget, globals, furtherGlobals, depth + 1);
  }

  public ReadSettings settings() {
    return settings;
  }

  /** Reads a checkpoint that this one keeps as bytes. */
  EmbeddedReader embeddedReader() {
    return embeddedReader;
  }

  /** What its values may take. */
  public HeapBudget budget() {
    return budget;
  }

  /** Every global that was named. */
  public GlobalTable globals() {
    return globals;
  }

  /** Those of pickles that are no part of an embedded checkpoint and lie beside it. */
  public List<GlobalValue> furtherGlobals() {
    return furtherGlobals;
  }

  /** How many checkpoints are around what is read at present. */
  public int depth() {
    return depth;
  }
}
