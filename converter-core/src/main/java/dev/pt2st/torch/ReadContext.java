package dev.pt2st.torch;

import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.HeapBudget;
import java.util.ArrayList;
import java.util.List;

/**
 * The state of reading one input, shared by all its pickles. Embedded checkpoints share it too, so
 * a thousand of them may use no more than one input may.
 */
public final class ReadContext {
  private final ReadSettings settings;
  private final EmbeddedReader embeddedReader;
  private final HeapBudget budget;
  private final GlobalTable globals;
  private final List<GlobalValue> furtherGlobals;
  private final int depth;

  /**
   * The context for reading a file from its start.
   *
   * @param embeddedReader reads embedded checkpoints
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

  /** The same context, for a checkpoint embedded in the current one. */
  public ReadContext within() {
    return new ReadContext(settings, embeddedReader, budget, globals, furtherGlobals, depth + 1);
  }

  public ReadSettings settings() {
    return settings;
  }

  /** The reader for embedded checkpoints. */
  EmbeddedReader embeddedReader() {
    return embeddedReader;
  }

  /** The heap budget of its values. */
  public HeapBudget budget() {
    return budget;
  }

  /** Every global that was named so far. */
  public GlobalTable globals() {
    return globals;
  }

  /** The globals of pickles next to an embedded checkpoint that are not part of it. */
  public List<GlobalValue> furtherGlobals() {
    return furtherGlobals;
  }

  /** How many checkpoints contain the one that is read now. */
  public int depth() {
    return depth;
  }
}
