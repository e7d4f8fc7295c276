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
 * The entries that surveys of damaged archives have come upon. In the bytes of an archive stand
 * those of the archives in it, so that each entry is found once for every way that leads to it:
 * twice as many with each archive around it. It is looked at once.
 */
final class SurveyedParts {
  /** For the members of a tar; no method of a ZIP. */
  private static final int OF_TAR = -1;

  /** Bytes of a content, the same however they were reached. */
  private record Part(MappedFile.Location start, long size, int method) {}

  private final Limits limits;

  /** How many archives were around each when it was looked at. */
  private final Map<Part, Integer> depths = new HashMap<>();

  SurveyedParts(Limits limits) {
    this.limits = limits;
  }

  /**
   * Notes an entry.
   *
   * @param depth how many archives are around it
   * @return whether it has to be looked at: nobody has, or only further inside, where the limit to
   *     archives within one another may have hidden a part of it
   * @throws LimitException if all surveys together have more entries than one archive may have
   */
  boolean add(MappedFile file, ZipSurvey.Found found, int depth) throws LimitException {
    return add(
        file,
        new Part(file.location(found.offset()), found.compressedSize(), found.method()),
        depth);
  }

  /** The same for a member of a tar that lies in one piece. */
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
