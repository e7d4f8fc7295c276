package dev.pt2st.fuzz;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.archive.ZipArchive;
import dev.pt2st.archive.ZipEntry;
import dev.pt2st.archive.ZipSurvey;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.RecordBytes;
import dev.pt2st.work.Deadline;
import java.util.HashSet;
import java.util.Set;

/**
 * The reader of ZIPs and the survey of damaged ones. What the strict reader gives lies in the file,
 * and is among what the survey sees.
 */
public final class ZipTarget {
  private ZipTarget() {}

  /** One input; called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    Inputs.read(data, ZipTarget::survey);
    Inputs.read(data, ZipTarget::entries);
  }

  private static void survey(MappedFile file) throws CheckpointException {
    for (ZipSurvey.Found found :
        ZipSurvey.of(file, Inputs.LIMITS, new Deadline(Inputs.LIMITS), true)) {
      if (found.offset() < 0
          || found.compressedSize() < 0
          || found.compressedSize() > file.size() - found.offset()) {
        throw new AssertionError("outside of the file: " + found);
      }
    }
  }

  private static void entries(MappedFile file) throws CheckpointException {
    ZipArchive archive = ZipArchive.read(file, Inputs.LIMITS);
    Set<Long> offsets = new HashSet<>();
    ZipSurvey.of(file, Inputs.LIMITS, new Deadline(Inputs.LIMITS), true)
        .forEach(found -> offsets.add(found.offset()));
    for (ZipEntry entry : archive.entries()) {
      if (!offsets.contains(offset(entry))) {
        throw new AssertionError("the survey has not come upon " + entry.name());
      }
    }
    for (ZipEntry entry : archive.entries()) {
      Place place = Place.of(file.name()).inEntry(entry.name());
      RecordBytes.start(entry.bytes(), 16);
      if (entry.bytes().size() <= 1 << 20) {
        RecordBytes.read(entry.bytes(), file, Inputs.LIMITS, true, place);
      }
    }
  }

  private static long offset(ZipEntry entry) {
    return switch (entry.bytes()) {
      case ByteSource.Stored stored -> stored.offset();
      case ByteSource.Deflated deflated -> deflated.offset();
      case ByteSource other -> throw new AssertionError("no part of the file: " + other.name());
    };
  }
}
