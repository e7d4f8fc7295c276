package dev.pt2st.migrate.names;

import java.util.Set;

/**
 * What migrations keep in a folder of outputs about their own work. A file of such a name in what
 * is migrated, such as a model that somebody has published, is never taken into that folder.
 */
public final class OwnFiles {
  /** What has been done, unit by unit. */
  public static final String JOURNAL = ".pt2st-migrate.jsonl";

  /** Of which versions of the files of an address it was made. */
  public static final String FETCHED = ".pt2st-fetched.jsonl";

  private static final Set<String> NAMES = Set.of(JOURNAL, FETCHED);

  private OwnFiles() {}

  /** Whether a file without its folder has such a name, in whatever letters. */
  public static boolean isOne(String name) {
    return NAMES.stream().anyMatch(name::equalsIgnoreCase);
  }
}
