package dev.pt2st.cli.input;

import dev.pt2st.io.Input;
import java.io.IOException;

/**
 * How remote folders that are one model are read.
 *
 * @param tag the name of the subfolder to read; empty to detect it
 * @param connections the maximum number of concurrent requests
 * @param parts what to do with a checkpoint of several processes
 * @param names records which folder is fetched for which address
 * @param check a check before parts are fetched
 */
public record FolderReading(
    String tag, int connections, Parts parts, FetchedNames names, Check check) {
  /** Checks, before fetching, that the output can be made. */
  @FunctionalInterface
  public interface Check {
    /** For commands without an output. */
    Check NONE = input -> {};

    /**
     * Runs the check.
     *
     * @param input the folder into which the parts are fetched
     * @throws IOException if the output cannot be made
     */
    void of(Input input) throws IOException;
  }

  /** What to do with the parts of a checkpoint of several processes. */
  public enum Parts {
    /** They are fetched and read. */
    READ,
    /** They are fetched and converted, on one disk with an output of about the same size. */
    CONVERT,
    /** They are not fetched just for a look, so the checkpoint is refused. */
    REFUSE
  }
}
