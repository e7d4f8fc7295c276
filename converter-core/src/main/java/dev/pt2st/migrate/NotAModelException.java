package dev.pt2st.migrate;

/** A file that is no model, though it looks like a checkpoint: it is left alone. */
final class NotAModelException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean checkpoint;

  /**
   * @param what it is, in words
   * @param checkpoint whether it is a checkpoint at all
   */
  NotAModelException(String what, boolean checkpoint) {
    super(what);
    this.checkpoint = checkpoint;
  }

  String what() {
    return String.valueOf(getMessage());
  }

  boolean isCheckpoint() {
    return checkpoint;
  }
}
