package dev.pt2st.migrate.content;

import java.nio.file.Path;

/** Thrown for a file that looks like a checkpoint but is not a model. It is left unchanged. */
public final class NotAModelException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Path file;
  private final boolean checkpoint;

  /**
   * @param file the file
   * @param what what it is, in words
   * @param checkpoint whether it is a checkpoint at all
   */
  public NotAModelException(Path file, String what, boolean checkpoint) {
    super(what);
    this.file = file;
    this.checkpoint = checkpoint;
  }

  public Path file() {
    return file;
  }

  public String what() {
    return String.valueOf(getMessage());
  }

  public boolean isCheckpoint() {
    return checkpoint;
  }
}
