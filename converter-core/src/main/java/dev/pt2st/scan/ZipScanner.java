package dev.pt2st.scan;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import dev.pt2st.archive.Containers;
import dev.pt2st.archive.Unpacking;
import dev.pt2st.archive.ZipArchive;
import dev.pt2st.archive.ZipEntry;
import dev.pt2st.archive.ZipSurvey;
import dev.pt2st.archive.compression.LoaderDecoder;
import dev.pt2st.checkpoint.StorageEntries;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.RecordBytes;
import dev.pt2st.pickle.analysis.PickleTrace;
import dev.pt2st.scan.format.NpyHeader;
import dev.pt2st.scan.format.ProgramArchives;
import dev.pt2st.scan.format.TorchScriptCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the entries of ZIP archives: those that a strict reader sees, and those that any reader
 * could see in a damaged one.
 */
final class ZipScanner {
  /** How much of a storage is looked at: as much as tells that it is an archive or a pickle. */
  private static final int STORAGE_START = 512;

  /** Up to here the CRC-32 of an entry that is no storage is always checked. */
  private static final long SMALL = 16 << 20;

  private static final int PIECE = 1 << 16;

  /** After so many bytes of a checked record the listener hears of them. */
  private static final long CHECKED = 16 << 20;

  private static final int STORED = 0;
  private static final int DEFLATED = 8;

  /** Where torch.save, torch.jit.save and torch.export.save put tensor data. */
  private static final Pattern STORAGES =
      Pattern.compile("[^/]+/(?:data|tensors|constants|data/weights|data/constants)/[^/]+");

  /** What torch.load goes by, and torch.jit.load of PyTorch before 1.4, in lower case. */
  private static final Pattern SCRIPT = Pattern.compile("(?:^|/)(?:constants\\.pkl|model\\.json)$");

  private static final List<String> SCRIPT_NAMES = List.of("constants.pkl", "model.json");

  private static final Pattern CODE = Pattern.compile("(?:^|/)code/.*\\.py$");

  /** Code of more bytes is not looked at, and counts as if it ran. */
  private static final int LONGEST_CODE = 16 << 20;

  private final FileScan scan;
  private final Findings findings;
  private final SurveyedParts surveyed;

  ZipScanner(FileScan scan) {
    this.scan = scan;
    this.findings = scan.findings();
    this.surveyed = new SurveyedParts(scan.options().limits());
  }

  /** The entries of damaged archives that were looked at. */
  SurveyedParts surveyed() {
    return surveyed;
  }

  /**
   * Looks at the entries of a ZIP.
   *
   * @param main the pickles that the checkpoint consists of
   * @param storages the entries that are tensor data
   * @param context of the main pickles; null if the archive is no checkpoint, but may hold some
   * @return whether there is anything to be judged
   */
  boolean entries(
      MappedFile file,
      ZipArchive archive,
      Set<ZipEntry> main,
      StorageEntries storages,
      PickleScanner.@Nullable Context context,
      int depth)
      throws CheckpointException, IOException {
    boolean judged = reportScript(file, archive);
    for (ZipEntry entry : archive.entries()) {
      judged |=
          isProgram(
              entry.key(),
              entry.bytes().size(),
              most -> RecordBytes.start(entry.bytes(), most),
              Place.of(file.name()).inEntry(entry.name()));
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
                FileScan.Work part =
                    () -> ContentScanner.atPart(scan, content, depth + 1, own).isJudged();
                // Of a checkpoint that is refused nobody knows the storages but by their place.
                return (storages.isEmpty() && STORAGES.matcher(entry.key()).matches())
                    ? scan.quietly(part)
                    : part.run();
              });
    }
    return judged;
  }

  /** Reports TorchScript that runs when its archive is loaded. */
  private boolean reportScript(MappedFile file, ZipArchive archive) throws CheckpointException {
    if (SCRIPT_NAMES.stream().noneMatch(archive::mayName)
        || archive.entries().stream().noneMatch(entry -> SCRIPT.matcher(entry.key()).find())) {
      return false;
    }
    TorchScriptCode code = new TorchScriptCode();
    for (ZipEntry entry : archive.entries()) {
      if (CODE.matcher(entry.key()).find()) {
        scan.checkTime(file);
        long size = entry.bytes().size();
        byte[] bytes = RecordBytes.start(entry.bytes(), (int) Math.min(size, LONGEST_CODE));
        if (bytes.length < size) {
          code.addUnread();
        } else {
          code.add(new String(bytes, StandardCharsets.ISO_8859_1));
        }
      }
    }
    String program = code.program();
    if (program != null) {
      findings.add(Rule.NOT_LOOKED_INTO, Place.of(file.name()), program, null);
    }
    return program != null;
  }

  /** Reports an entry that says of its archive that it holds programs. */
  private boolean isProgram(String key, long size, ProgramArchives.Start start, Place place) {
    String program = ProgramArchives.programOf(key, size, start);
    if (program != null) {
      findings.add(Rule.NOT_LOOKED_INTO, place, program, null);
    }
    return program != null;
  }

  /** Whether a storage begins as a pickle, an archive or an array of NumPy does. */
  private static boolean looksLikeMore(ZipEntry entry) {
    byte[] start = RecordBytes.start(entry.bytes(), STORAGE_START);
    return PickleTrace.isAnnounced(start)
        || Containers.mayBeArchive(start)
        || NpyHeader.begins(start);
  }

  /** Any bytes may stand in a storage: it is reported only where it really is more than that. */
  private boolean storage(MappedFile content, int depth) throws CheckpointException, IOException {
    byte[] start = content.start(0, STORAGE_START);
    if (NpyHeader.begins(start)) {
      // numpy.load takes any ZIP for an archive of arrays, and reads what begins as one.
      return scan.quietly(() -> ContentScanner.at(scan, content, depth + 1).isJudged());
    }
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
    RecordBytes.Crc crc =
        new RecordBytes.Crc(ByteBuffer.allocate(Math.clamp(content.size(), 1, PIECE)));
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

  /**
   * Looks at every entry that any reader could see in a damaged or ambiguous ZIP.
   *
   * @return whether there is anything to be judged
   */
  boolean survey(MappedFile file, int depth) throws CheckpointException, IOException {
    scan.unpacking().checkDepth(depth + 1, Place.of(file.name()));
    boolean judged = false;
    for (ZipSurvey.Found found :
        ZipSurvey.of(file, scan.options().limits(), scan.deadline(), scan.options().full())) {
      // A content that was looked at under another name is looked at again if loaders go by this.
      if (surveyed.add(file, found, depth) || ProgramArchives.isKey(keyOf(found))) {
        judged |= found(file, found, depth);
      }
    }
    return judged;
  }

  private static String keyOf(ZipSurvey.Found found) {
    return found.name().toLowerCase(Locale.ROOT);
  }

  /** Looks at an entry of a survey, as it is compressed; its flags are said and not believed. */
  private boolean found(MappedFile file, ZipSurvey.Found found, int depth)
      throws CheckpointException, IOException {
    scan.checkTime(file);
    ResourceName shown = file.name().inside(found.name());
    // Entries may lie over one another, so that each is as long as the file.
    scan.unpacking().charge(found.compressedSize(), Place.of(shown));
    if (found.encrypted() && !scan.isSearching()) {
      findings.add(
          Rule.NOT_LOOKED_INTO,
          Place.of(shown),
          "the entry is encrypted, or says so: its bytes were looked at as if it were not",
          null);
    }
    LoaderDecoder decoder = LoaderDecoder.ofZipMethod(found.method());
    MappedFile packed = file.part(shown, found.offset(), found.compressedSize());
    Step step =
        content -> {
          boolean judged =
              isProgram(
                  keyOf(found),
                  content.size(),
                  most -> content.start(0, (int) Math.min(most, content.size())),
                  Place.of(file.name()).inEntry(found.name()));
          judged |=
              ContentScanner.atPart(scan, content, depth + 1, PickleScanner.Context.NONE)
                  .isJudged();
          // The size that the directory gives is where zipfile ends.
          boolean isLonger =
              found.method() != STORED && found.size() > 0 && found.size() < content.size();
          if (isLonger) {
            judged |=
                ContentScanner.at(scan, content.part(shown, 0, found.size()), depth + 1).isJudged();
          }
          return judged;
        };
    boolean judged = found.encrypted() && !scan.isSearching();
    if (found.method() == STORED) {
      return open(file, stored(file, found), shown, step) || judged;
    }
    if (found.method() == DEFLATED) {
      // What a header says of the size may be a lie, and zipfile does not ask.
      try {
        return inflated(file, packed, -1, shown, step) || judged;
      } catch (CheckpointException e) {
        findings.add(e);
        return true;
      }
    }
    if (decoder != null) {
      return decoded(packed, decoder, step) || judged;
    }
    if (scan.isSearching()) {
      return false;
    }
    findings.add(
        Rule.NOT_LOOKED_INTO,
        Place.of(shown),
        "the entry is compressed by method " + found.method() + ", which is not read",
        null);
    return true;
  }

  private static ByteSource stored(MappedFile file, ZipSurvey.Found found) {
    return new ByteSource.Stored(
        found.name(), file, found.offset(), found.compressedSize(), OptionalInt.empty());
  }

  /** Looks at what a decoder makes of data, be it all or not. */
  private boolean decoded(MappedFile packed, LoaderDecoder decoder, Step step) throws IOException {
    Unpacking.Outcome outcome = scan.unpacking().decompressWhatThereIs(packed, decoder);
    try (MappedFile content = outcome.file()) {
      boolean judged = content.size() > 0 && step.look(content);
      return report(outcome.problem(), judged) || judged;
    } catch (CheckpointException e) {
      findings.add(e);
      return true;
    }
  }

  /** What is wrong with compressed data, unless it is none and only begins like it. */
  private boolean report(@Nullable CheckpointException problem, boolean judged) {
    if (problem == null || (scan.isSearching() && !judged)) {
      return false;
    }
    findings.add(problem);
    return true;
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
    return switch (bytes) {
      case ByteSource.Stored stored -> step.look(file.part(shown, stored.offset(), stored.size()));
      case ByteSource.InMemory memory -> step.look(file.unpacked(shown, memory.segment()));
      case ByteSource.Produced produced ->
          throw new IllegalStateException("no entry of an archive is made: " + produced.name());
      case ByteSource.Deflated deflated -> {
        RecordBytes.checkRatio(deflated, scan.options().limits(), Place.of(shown));
        MappedFile packed = file.part(shown, deflated.offset(), deflated.compressedSize());
        yield inflated(file, packed, deflated.size(), shown, step);
      }
    };
  }

  /** Looks at what comes out of DEFLATE data, which is counted as it comes. */
  private boolean inflated(
      MappedFile file, MappedFile compressed, long size, ResourceName shown, Step step)
      throws CheckpointException, IOException {
    compressed.willRead(List.of(new MappedFile.Part(0, compressed.size())));
    try (Inflation inflation = Inflation.of(file, compressed, size, true, shown, scan.unpacking());
        MappedFile content = inflation.file()) {
      boolean judged = step.look(content);
      return report(inflation.problem(), judged) || judged;
    }
  }
}
