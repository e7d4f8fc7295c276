package dev.pt2st.cli.input;

import dev.pt2st.io.Input;
import java.io.IOException;

/**
 * How folders of a store are read that are one model.
 *
 * @param tag the name of the folder in it that is meant; empty if that is to be found out
 * @param connections how many requests are under way at a time
 * @param parts what becomes of a checkpoint of several processes
 * @param names learns what is fetched for which address
 * @param check is made before parts are fetched
 */
public record FolderReading(
    String tag, int connections, Parts parts, FetchedNames names, Check check) {
  /** Whether what is to be made of an input can be made, as far as that is known before. */
  @FunctionalInterface
  public interface Check {
    /** For what makes nothing. */
    Check NONE = input -> {};

    /**
     * Makes the check.
     *
     * @param input the folder that the parts come into
     * @throws IOException if it cannot be made
     */
    void of(Input input) throws IOException;
  }

  /** What becomes of the parts of a checkpoint of several processes. */
  public enum Parts {
    /** They are fetched and read. */
    READ,
    /** They are fetched and converted, on one disk with an output of about the same size. */
    CONVERT,
    /** They are not fetched for a look, so the checkpoint is refused. */
    REFUSE
  }
}
