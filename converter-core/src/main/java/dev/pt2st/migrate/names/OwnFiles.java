package dev.pt2st.migrate.names;

import java.util.Set;

/**
 * Files about their own work that migrations keep in a folder of outputs. A source file with such a
 * name, for example in a published model, is never copied into that folder.
 */
public final class OwnFiles {
  /** The journal: what has been done, unit by unit. */
  public static final String JOURNAL = ".pt2st-migrate.jsonl";

  /** The versions of the remote files that the outputs were made from. */
  public static final String FETCHED = ".pt2st-fetched.jsonl";

  /** The start of the names of a private folder for what is fetched, and of its lock. */
  public static final String FETCHED_FOLDER = ".pt2st-fetched-";

  private static final Set<String> NAMES = Set.of(JOURNAL, FETCHED);

  private OwnFiles() {}

  /** Whether a file name is such a name, ignoring case. */
  public static boolean isOne(String name) {
    return NAMES.stream().anyMatch(name::equalsIgnoreCase) || name.startsWith(FETCHED_FOLDER);
  }
}
