package dev.pt2st.scan;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import dev.pt2st.archive.ArchiveFormat;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.Containers;
import dev.pt2st.archive.Members;
import dev.pt2st.archive.TarArchive;
import dev.pt2st.archive.TarEntry;
import dev.pt2st.archive.Unpacking;
import dev.pt2st.archive.ZipArchive;
import dev.pt2st.archive.ZipEntry;
import dev.pt2st.archive.ZipSurvey;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.RecordBytes;
import dev.pt2st.pickle.analysis.PickleTrace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks into archives and compressed files: at every entry by its content, whatever its name. */
final class ArchiveScanner {
  /** How much of a storage is looked at: as much as tells that it is an archive or a pickle. */
  private static final int STORAGE_START = 512;

  /** Up to here the CRC-32 of an entry that is no storage is always checked. */
  private static final long SMALL = 16 << 20;

  private static final int PIECE = 1 << 16;

  /** After so many bytes of a checked record the listener hears of them. */
  private static final long CHECKED = 16 << 20;

  private static final int STORED = 0;
  private static final int DEFLATED = 8;

  /**
   * A file that only archives of {@code torch.package} have (torch/package/package_exporter.py).
   */
  private static final String TORCH_PACKAGE = "/.data/extern_modules";

  /** What Keras reads its layers from (keras/src/saving/saving_lib.py). */
  private static final String KERAS_CONFIGURATION = "config.json";

  private static final int KERAS_SEARCHED = 16 << 20;

  private final FileScan scan;
  private final Findings findings;
  private final SurveyedParts surveyed;

  ArchiveScanner(FileScan scan) {
    this.scan = scan;
    this.findings = scan.findings();
    this.surveyed = new SurveyedParts(scan.options().limits());
  }

  /**
   * Looks at what is compressed.
   *
   * @return whether there is anything to be judged
   */
  boolean inside(Container.Compressed compressed, int depth)
      throws CheckpointException, IOException {
    scan.unpacking().checkDepth(depth + 1, Place.of(compressed.file().name()));
    return outcome(scan.unpacking().decompressWhatThereIs(compressed), depth);
  }

  /**
   * Looks at the members of an archive.
   *
   * @return whether there is anything to be judged
   */
  boolean inside(Container.Archive archive, int depth) throws CheckpointException, IOException {
    scan.unpacking().checkDepth(depth + 1, Place.of(archive.file().name()));
    if (archive.format() == ArchiveFormat.ZIP) {
      return entries(
          archive.file(),
          ZipArchive.read(archive.file(), scan.options().limits()),
          Set.of(),
          Set.of(),
          null,
          depth);
    }
    boolean judged = false;
    try (Members members = Members.of(archive, scan.unpacking())) {
      while (members.next()) {
        scan.unpacking().chargeEntry(Place.of(archive.file().name()));
        judged |= member(members, depth);
      }
      members.checkRest();
      return judged;
    } catch (CheckpointException e) {
      findings.add(e);
      // What stands behind a damaged header, or behind the end, is looked at as well.
      if (archive.format() == ArchiveFormat.TAR && e.place().offset() > 0) {
        scan.pickles().search(archive.file(), e.place().offset());
      }
      return true;
    }
  }

  private boolean member(Members members, int depth) throws IOException {
    try {
      return outcome(members.openWhatThereIs(), depth);
    } catch (CheckpointException e) {
      // The next ones are looked at all the same, as far as the limits let them.
      findings.add(e);
      return true;
    }
  }

  /** Looks at what was unpacked, be it all or not. */
  private boolean outcome(Unpacking.Outcome outcome, int depth)
      throws CheckpointException, IOException {
    try (MappedFile file = outcome.file()) {
      CheckpointException problem = outcome.problem();
      if (problem == null) {
        return ContentScanner.at(scan, file, depth + 1).isJudged();
      }
      findings.add(problem);
      if (file.size() > 0) {
        ContentScanner.at(scan, file, depth + 1);
      }
      return true;
    }
  }

  /**
   * Looks at the entries of a ZIP.
   *
   * @param main the pickles that the checkpoint consists of
   * @param storages the entries that are tensor data
   * @param context of the main pickles; null where the archive is no checkpoint, but may hold some
   * @return whether there is anything to be judged
   */
  boolean entries(
      MappedFile file,
      ZipArchive archive,
      Set<ZipEntry> main,
      Set<ByteSource> storages,
      PickleScanner.@Nullable Context context,
      int depth)
      throws CheckpointException, IOException {
    boolean judged = false;
    for (ZipEntry entry : archive.entries()) {
      String program = programOf(entry);
      if (program != null) {
        judged = true;
        findings.add(
            Rule.NOT_LOOKED_INTO, Place.of(file.name()).inEntry(entry.name()), program, null);
      }
      boolean isStorage = storages.contains(entry.bytes());
      if (isStorage && !scan.options().full() && !looksLikeMore(entry)) {
        continue;
      }
      ResourceName shown = file.name().inside(entry.name());
      judged |=
          open(
              file,
              entry.bytes(),
              shown,
              content -> {
                checkCrc(
                    entry.bytes(), content, isStorage, Place.of(file.name()).inEntry(entry.name()));
                if (isStorage) {
                  return storage(content, depth);
                }
                if (context == null) {
                  return ContentScanner.at(scan, content, depth + 1).isJudged();
                }
                // What belongs to the checkpoint was read by the strict reader, the rest was not.
                PickleScanner.Context own =
                    new PickleScanner.Context(
                        context.declared(), context.reportBreaks() || !main.contains(entry));
                return ContentScanner.atPart(scan, content, depth + 1, own).isJudged();
              });
    }
    return judged;
  }

  /**
   * What an entry says of its archive, where that holds programs; null if it says no such thing.
   */
  private static @Nullable String programOf(ZipEntry entry) {
    if (entry.key().endsWith(TORCH_PACKAGE)) {
      return "this is an archive of torch.package, whose Python code runs when it is loaded";
    }
    if (entry.key().equals(KERAS_CONFIGURATION)) {
      String text =
          new String(RecordBytes.start(entry.bytes(), KERAS_SEARCHED), StandardCharsets.ISO_8859_1);
      // Escapes may stand for any of its letters.
      if (text.length() < entry.bytes().size()
          || text.contains("class_name")
          || text.contains("\\u")) {
        return "this is a Keras model, whose layers may hold Python code (Lambda layers)";
      }
    }
    return null;
  }

  /** Whether a storage begins as a pickle or an archive does. */
  private static boolean looksLikeMore(ZipEntry entry) {
    byte[] start = RecordBytes.start(entry.bytes(), STORAGE_START);
    return PickleTrace.isAnnounced(start) || Containers.mayBeArchive(start);
  }

  /** Any bytes may stand in a storage: it is reported only where it really is more than that. */
  private boolean storage(MappedFile content, int depth) throws CheckpointException, IOException {
    byte[] start = content.start(0, STORAGE_START);
    if (!Containers.mayBeArchive(start)) {
      return scan.pickles().followStorage(content);
    }
    return ContentScanner.at(scan, content, depth + 1).isJudged();
  }

  private void checkCrc(ByteSource bytes, MappedFile content, boolean isStorage, Place place)
      throws CheckpointException {
    boolean wanted = scan.options().full() || (!isStorage && content.size() <= SMALL);
    if (!wanted || bytes.crc32().isEmpty()) {
      return;
    }
    RecordBytes.Crc crc = new RecordBytes.Crc(ByteBuffer.allocate(PIECE));
    for (long done = 0; done < content.size(); done += CHECKED) {
      scan.checkTime(content);
      long count = Math.min(CHECKED, content.size() - done);
      crc.update(content.bytes(done, count));
      scan.looked(count);
    }
    try {
      RecordBytes.checkCrc(bytes, crc.value(), () -> place);
    } catch (MalformedException e) {
      findings.add(e);
    }
  }

  /** Looks at the entries of a tar that is a checkpoint. */
  void entries(MappedFile file, TarArchive archive, PickleScanner.Context context, int depth)
      throws CheckpointException, IOException {
    for (TarEntry entry : archive.entries()) {
      MappedFile content =
          file.part(file.name().inside(entry.name()), entry.bytes().offset(), entry.bytes().size());
      ContentScanner.atPart(scan, content, depth + 1, context);
    }
  }

  /**
   * Looks at every entry that any reader could see in a damaged or ambiguous ZIP.
   *
   * @return whether there is anything to be judged
   */
  boolean survey(MappedFile file, int depth) throws CheckpointException, IOException {
    scan.unpacking().checkDepth(depth + 1, Place.of(file.name()));
    boolean judged = false;
    for (ZipSurvey.Found found :
        ZipSurvey.of(file, scan.options().limits(), scan.options().full())) {
      if (!surveyed.add(file, found, depth)) {
        continue;
      }
      ResourceName shown = file.name().inside(found.name());
      // Entries may lie over one another, so that each is as long as the file.
      scan.unpacking().charge(found.compressedSize(), Place.of(shown));
      if (found.encrypted() || (found.method() != STORED && found.method() != DEFLATED)) {
        judged = true;
        findings.add(
            Rule.NOT_LOOKED_INTO,
            Place.of(shown),
            found.encrypted()
                ? "the entry is encrypted"
                : "the entry is compressed by method " + found.method() + ", which is not read",
            null);
        continue;
      }
      ByteSource bytes =
          found.method() == STORED
              ? new ByteSource.Stored(
                  found.name(), file, found.offset(), found.compressedSize(), OptionalInt.empty())
              : new ByteSource.Deflated(
                  found.name(),
                  file,
                  found.offset(),
                  found.compressedSize(),
                  found.size(),
                  OptionalInt.empty());
      judged |=
          open(
              file,
              bytes,
              shown,
              content ->
                  ContentScanner.atPart(scan, content, depth + 1, PickleScanner.Context.NONE)
                      .isJudged());
    }
    return judged;
  }

  @FunctionalInterface
  private interface Step {
    boolean look(MappedFile content) throws CheckpointException, IOException;
  }

  /** Looks at an entry; one that is over a limit hides none of the others. */
  private boolean open(MappedFile file, ByteSource bytes, ResourceName shown, Step step)
      throws IOException {
    try {
      return unpacked(file, bytes, shown, step);
    } catch (CheckpointException e) {
      findings.add(e);
      return true;
    }
  }

  private boolean unpacked(MappedFile file, ByteSource bytes, ResourceName shown, Step step)
      throws CheckpointException, IOException {
    scan.unpacking().chargeEntry(Place.of(shown));
    switch (bytes) {
      case ByteSource.Stored stored -> {
        return step.look(file.part(shown, stored.offset(), stored.size()));
      }
      case ByteSource.InMemory memory -> {
        return step.look(file.unpacked(shown, memory.segment()));
      }
      case ByteSource.Produced produced ->
          throw new IllegalStateException("no entry of an archive is made: " + produced.name());
      case ByteSource.Deflated deflated -> {
        RecordBytes.checkRatio(deflated, scan.options().limits(), Place.of(shown));
        long size = deflated.size() == Long.MAX_VALUE ? -1 : deflated.size();
        try (Inflation inflation =
                Inflation.of(file, deflated.compressed(), size, true, shown, scan.unpacking());
            MappedFile content = inflation.file()) {
          boolean judged = step.look(content);
          MalformedException problem = inflation.problem();
          if (problem != null) {
            findings.add(problem);
          }
          return judged || problem != null;
        }
      }
    }
  }

  /** What comes out of a content that begins as zlib data does; null if nothing does. */
  @Nullable MappedFile inflatedZlib(MappedFile content, byte[] first)
      throws CheckpointException, IOException {
    if (first.length < 2
        || first[0] != 0x78
        || (first[1] & 0x20) != 0
        || ((first[0] << 8) + (first[1] & 0xff)) % 31 != 0) {
      return null;
    }
    try (Inflation inflation =
        Inflation.of(content, content.all(), -1, false, content.name(), scan.unpacking())) {
      return inflation.isEmpty() ? null : inflation.file();
    }
  }
}
