package dev.pt2st.scan;

import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.archive.ZipSurvey;
import dev.pt2st.archive.tar.TarSurvey;
import dev.pt2st.io.MappedFile;
import java.util.HashMap;
import java.util.Map;

/**
 * The entries that surveys of damaged archives have found. The bytes of an archive include those of
 * nested archives, so an entry is found once for each path to it, and the number of paths doubles
 * with each level. Each entry is scanned once.
 */
final class SurveyedParts {
  /** Marks the members of a tar; not a ZIP method. */
  private static final int OF_TAR = -1;

  /** The bytes of a content, equal however they were reached. */
  private record Part(MappedFile.Location start, long size, int method) {}

  private final Limits limits;

  /** For each, how many archives were around it when it was scanned. */
  private final Map<Part, Integer> depths = new HashMap<>();

  SurveyedParts(Limits limits) {
    this.limits = limits;
  }

  /**
   * Notes an entry.
   *
   * @param depth how many archives are around it
   * @return whether it must be scanned: it was not scanned yet, or only at a deeper level, where
   *     the limit on nested archives may have hidden a part of it
   * @throws LimitException if all surveys together have more entries than one archive may have
   */
  boolean add(MappedFile file, ZipSurvey.Found found, int depth) throws LimitException {
    return add(
        file,
        new Part(file.location(found.offset()), found.compressedSize(), found.method()),
        depth);
  }

  /** The same for a member of a tar that is stored in one piece. */
  boolean add(MappedFile file, TarSurvey.Content content, int depth) throws LimitException {
    return add(file, new Part(file.location(content.offset()), content.size(), OF_TAR), depth);
  }

  private boolean add(MappedFile file, Part part, int depth) throws LimitException {
    Integer known = depths.get(part);
    if (known != null && known <= depth) {
      return false;
    }
    if (known == null && depths.size() >= limits.get(Limit.ENTRIES)) {
      throw new LimitException(
          Place.of(file.name()),
          Limit.ENTRIES,
          "damaged archives within one another have more than "
              + limits.get(Limit.ENTRIES)
              + " entries");
    }
    depths.put(part, depth);
    return true;
  }
}
