package dev.pt2st.archive;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the member that the user names. A name may itself contain exclamation marks, so the longest
 * member name that the given text begins with is taken; the rest names a member of that member. A
 * leading {@code ./} and doubled slashes make no difference.
 */
final class MemberName {
  private static final int MOST_NAMES = 20;

  private final String wanted;
  private final List<String> names = new ArrayList<>();
  private long count;
  private String best = "";
  private long index = -1;
  private boolean exact;
  private boolean twice;

  private MemberName(String wanted) {
    this.wanted = wanted;
  }

  /**
   * A found member.
   *
   * @param index its number in the order of the archive
   * @param rest the rest of the given text, which names a member of it
   */
  record Found(long index, String rest) {}

  /**
   * Looks through the names of an archive.
   *
   * @throws UnsupportedException if there is no such member
   * @throws RefusedException if there are two
   */
  static Found find(Container.Archive archive, String wanted, Unpacking unpacking)
      throws CheckpointException {
    Place place = Place.of(archive.file().name());
    MemberName search = new MemberName(plain(wanted));
    try (Members members = Members.of(archive, unpacking)) {
      while (members.next()) {
        unpacking.deadline().check(() -> place);
        search.see(members.name(), wanted);
      }
    }
    if (search.index < 0) {
      throw new UnsupportedException(
          place,
          "there is no member \"" + wanted + "\" in the archive",
          new Remedy.NameOneOf("it holds", search.names, search.count - search.names.size()));
    }
    if (search.twice) {
      throw new RefusedException(
          place,
          "the archive has two members of the name \"" + search.best + "\"",
          ZipReader.AMBIGUOUS);
    }
    int end = search.best.length();
    return new Found(
        search.index, end == search.wanted.length() ? "" : search.wanted.substring(end + 1));
  }

  private void see(String name, String asWritten) {
    String candidate = plain(name);
    boolean whole = wanted.equals(candidate);
    if (!candidate.isEmpty()
        && (whole || wanted.startsWith(candidate + "!"))
        && candidate.length() >= best.length()) {
      boolean same = candidate.equals(best);
      boolean asIs = asWritten.startsWith(name);
      if (!same || (asIs && !exact)) {
        best = candidate;
        index = count;
        exact = asIs;
        twice = false;
      } else if (asIs == exact) {
        twice = true;
      }
    }
    if (count < MOST_NAMES) {
      names.add(name);
    }
    count++;
  }

  private static String plain(String name) {
    String plain = name.replaceAll("/+", "/");
    while (plain.startsWith("./")) {
      plain = plain.substring(2);
    }
    return plain;
  }
}
