package dev.pt2st.scan;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Place;
import dev.pt2st.archive.ArchiveFormat;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.Members;
import dev.pt2st.archive.TarArchive;
import dev.pt2st.archive.TarEntry;
import dev.pt2st.archive.tar.SparseMap;
import dev.pt2st.archive.tar.TarSurvey;
import dev.pt2st.io.MappedFile;
import dev.pt2st.scan.search.Configurations;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Scans a tar twice: with the strict reader, and as Python's {@code tarfile} reads it. If the two
 * see different contents, or the strict reader finds a problem, that is reported and every content
 * that any reader could see is scanned.
 */
final class TarScanner {
  /** The maximum size of all sparse files of one tar that are assembled. */
  private static final long MOST_ASSEMBLED = 4L * SparseMap.MOST_BYTES;

  /** A content as the strict reader sees it. */
  private record Extent(long offset, long size) {
    static Extent of(TarSurvey.Content content) {
      return new Extent(content.offset(), content.size());
    }
  }

  /** The offset of a content that is not in the memory of the archive. */
  private static final long ELSEWHERE = -1;

  private final FileScan scan;
  private long assembled;

  TarScanner(FileScan scan) {
    this.scan = scan;
  }

  /**
   * Scans an archive of files.
   *
   * @return whether there is anything that a verdict is about
   */
  boolean at(MappedFile file, int depth) throws CheckpointException, IOException {
    scan.unpacking().checkDepth(depth + 1, Place.of(file.name()));
    Map<Extent, String> strict = new LinkedHashMap<>();
    CheckpointException problem = null;
    Container.Archive archive = new Container.Archive(file, ArchiveFormat.TAR);
    try (Members members = Members.of(archive, scan.unpacking())) {
      while (members.next()) {
        try (MappedFile content = members.open()) {
          MappedFile.Location at = content.location(0);
          MappedFile.Location start = file.location(0);
          // A sparse file was assembled elsewhere.
          long offset =
              at.memory().equals(start.memory()) ? at.address() - start.address() : ELSEWHERE;
          strict.put(new Extent(offset, content.size()), String.valueOf(content.name().fileName()));
        }
      }
      members.checkRest();
    } catch (CheckpointException e) {
      problem = e;
    }
    return look(file, strict, problem, null, depth);
  }

  /** Scans a checkpoint whose entries the strict reader has listed. */
  void at(MappedFile file, TarArchive archive, PickleScanner.Context context, int depth)
      throws CheckpointException, IOException {
    Map<Extent, String> strict = new LinkedHashMap<>();
    for (TarEntry entry : archive.entries()) {
      strict.put(new Extent(entry.bytes().offset(), entry.bytes().size()), entry.name());
    }
    look(file, strict, null, context, depth);
  }

  /**
   * Scans bytes that do not begin as a tar but that {@code tarfile} reads as one if it skips
   * invalid headers ({@code ignore_zeros}).
   *
   * @return whether there is anything that a verdict is about; bytes that are not a tar are not
   *     reported
   */
  boolean behindOthers(MappedFile file, int depth) throws CheckpointException, IOException {
    TarSurvey survey = new TarSurvey(file, scan.options().limits(), scan.deadline());
    survey.walkOn();
    if (survey.contents().isEmpty()) {
      return false;
    }
    scan.unpacking().checkDepth(depth + 1, Place.of(file.name()));
    boolean judged = false;
    for (TarSurvey.Content content : survey.contents()) {
      judged |= content.wholeSize() > 0 && content(file, survey, content, null, depth);
    }
    return judged;
  }

  private boolean look(
      MappedFile file,
      Map<Extent, String> strict,
      @Nullable CheckpointException problem,
      PickleScanner.@Nullable Context context,
      int depth)
      throws CheckpointException, IOException {
    TarSurvey survey = new TarSurvey(file, scan.options().limits(), scan.deadline());
    survey.walk();
    boolean sameContents = isSame(survey.seenByPython(), strict.keySet());
    boolean odd = problem != null || !sameContents;
    if (problem != null) {
      scan.findings().add(problem);
    }
    if (!sameContents && !(problem instanceof LimitException)) {
      scan.findings()
          .add(
              Rule.UNSOUND_ARCHIVE,
              Place.of(file.name()),
              "tarfile of Python sees other contents in this tar than a strict reader",
              null);
    }
    if (odd) {
      file.willReadAll();
      survey.walkOn();
    }
    boolean judged = odd;
    for (String link : survey.links()) {
      if (Configurations.isOfNemo(link)) {
        judged = true;
        scan.findings()
            .add(
                Rule.NOT_LOOKED_INTO,
                Place.of(file.name()).inEntry(link),
                "the configuration of NeMo is a link to another file, and may name what is called",
                null);
      }
    }
    for (TarSurvey.Content content : survey.contents()) {
      boolean isNew =
          content.hasHoles() || !odd || scan.zips().surveyed().add(file, content, depth);
      if (content.wholeSize() > 0 && isNew) {
        judged |= content(file, survey, content, context, depth);
      }
    }
    if (odd) {
      judged |= onlyStrict(file, survey, strict, context, depth);
      // Bytes that belong to no member, or to one that no reader sees, are scanned as well.
      scan.pickles().search(file, 0);
    }
    return judged;
  }

  /** Scans what only the strict reader has seen. */
  private boolean onlyStrict(
      MappedFile file,
      TarSurvey survey,
      Map<Extent, String> strict,
      PickleScanner.@Nullable Context context,
      int depth)
      throws IOException {
    Set<Extent> surveyed = new HashSet<>();
    survey.contents().forEach(content -> surveyed.add(Extent.of(content)));
    boolean judged = false;
    for (Map.Entry<Extent, String> member : strict.entrySet()) {
      Extent extent = member.getKey();
      boolean isNew = extent.size > 0 && extent.offset != ELSEWHERE && surveyed.add(extent);
      if (isNew) {
        TarSurvey.Content content =
            new TarSurvey.Content(
                member.getValue(), extent.offset, extent.size, extent.size, List.of());
        judged |= content(file, survey, content, context, depth);
      }
    }
    return judged;
  }

  private static boolean isSame(Set<TarSurvey.Content> seen, Set<Extent> strict) {
    Set<Extent> extents = new HashSet<>();
    for (TarSurvey.Content content : seen) {
      if (content.hasHoles()) {
        return false;
      }
      extents.add(Extent.of(content));
    }
    // An empty content is the same wherever it is.
    extents.removeIf(extent -> extent.size == 0);
    return strict.stream().filter(extent -> extent.size > 0).allMatch(extents::contains)
        && strict.containsAll(extents);
  }

  private boolean content(
      MappedFile file,
      TarSurvey survey,
      TarSurvey.Content content,
      PickleScanner.@Nullable Context context,
      int depth)
      throws IOException {
    MappedFile part =
        file.part(file.name().inside(content.name()), content.offset(), content.size());
    try {
      if (content.hasHoles()) {
        part = assembled(part, survey, content);
      }
      return context == null
          ? ContentScanner.at(scan, part, depth + 1).isJudged()
          : ContentScanner.atPart(scan, part, depth + 1, context).isJudged();
    } catch (CheckpointException e) {
      // The next ones are scanned nevertheless, as far as the limits allow.
      scan.findings().add(e);
      return true;
    }
  }

  /** A sparse file in the form in which it is read, which is nowhere in the archive. */
  private MappedFile assembled(MappedFile part, TarSurvey survey, TarSurvey.Content content)
      throws LimitException {
    Place place = Place.of(part.name());
    long size = Math.min(content.wholeSize(), SparseMap.MOST_BYTES);
    scan.unpacking().charge(size, place);
    assembled += size;
    if (assembled > MOST_ASSEMBLED) {
      throw new LimitException(
          place,
          Limit.UNPACKED_BYTES,
          "the files with holes have more than " + MOST_ASSEMBLED + " bytes in all");
    }
    if (content.wholeSize() > size) {
      scan.findings()
          .add(
              new LimitException(
                  place,
                  Limit.UNPACKED_BYTES,
                  "a file with holes has "
                      + content.wholeSize()
                      + " bytes, of which the first "
                      + size
                      + " are looked at"));
    }
    return part.unpacked(part.name(), MemorySegment.ofArray(survey.assemble(content)));
  }
}
