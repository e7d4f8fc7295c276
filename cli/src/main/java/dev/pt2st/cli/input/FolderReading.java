package dev.pt2st.cli.input;

/**
 * How folders of a store are read that are one model.
 *
 * @param tag the name of the folder in it that is meant; empty if that is to be found out
 * @param connections how many requests are under way at a time
 * @param parts what becomes of a checkpoint of several processes
 * @param names learns what is fetched for which address
 */
public record FolderReading(String tag, int connections, Parts parts, FetchedNames names) {
  /** What becomes of the parts of a checkpoint of several processes. */
  public enum Parts {
    /** They are fetched and read. */
    FETCH,
    /** They are not fetched for a look, so the checkpoint is refused. */
    REFUSE
  }
}
