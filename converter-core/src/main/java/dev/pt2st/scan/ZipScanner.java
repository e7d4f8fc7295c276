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
import dev.pt2st.scan.search.Inflation;
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
 * Scans the entries of ZIP archives: those that the strict reader sees, and in a damaged archive
 * those that any reader could see.
 */
final class ZipScanner {
  /** How many bytes of a storage are read, enough to recognize an archive or a pickle. */
  private static final int STORAGE_START = 512;

  /** Up to this size, the CRC-32 of an entry that is not a storage is always checked. */
  private static final long SMALL = 16 << 20;

  private static final int PIECE = 1 << 16;

  /** The listener is notified after this many bytes of a record that is checked. */
  private static final long CHECKED = 16 << 20;

  private static final int STORED = 0;
  private static final int DEFLATED = 8;

  /** Where torch.save, torch.jit.save and torch.export.save put tensor data. */
  private static final Pattern STORAGES =
      Pattern.compile("[^/]+/(?:data|tensors|constants|data/weights|data/constants)/[^/]+");

  /**
   * Entries by which torch.load, and torch.jit.load before PyTorch 1.4, recognize TorchScript; in
   * lower case.
   */
  private static final Pattern SCRIPT = Pattern.compile("(?:^|/)(?:constants\\.pkl|model\\.json)$");

  private static final List<String> SCRIPT_NAMES = List.of("constants.pkl", "model.json");

  private static final Pattern CODE = Pattern.compile("(?:^|/)code/.*\\.py$");

  /** Longer code is not analysed and counts as code that runs. */
  private static final int LONGEST_CODE = 16 << 20;

  private final FileScan scan;
  private final Findings findings;
  private final SurveyedParts surveyed;

  ZipScanner(FileScan scan) {
    this.scan = scan;
    this.findings = scan.findings();
    this.surveyed = new SurveyedParts(scan.options().limits());
  }

  /** The entries of damaged archives that were scanned. */
  SurveyedParts surveyed() {
    return surveyed;
  }

  /**
   * Scans the entries of a ZIP.
   *
   * @param main the pickles that the checkpoint consists of
   * @param storages the entries that are tensor data
   * @param context the context of the main pickles; null if the archive is not a checkpoint but may
   *     contain some
   * @return whether there is anything that a verdict is about
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
                // The strict reader has read what belongs to the checkpoint, but not the rest.
                PickleScanner.Context own =
                    new PickleScanner.Context(
                        context.declared(), context.reportBreaks() || !main.contains(entry));
                FileScan.Work part =
                    () -> ContentScanner.atPart(scan, content, depth + 1, own).isJudged();
                // In a refused checkpoint, the storages are known only by their folder.
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

  /** Reports an entry that shows that its archive contains programs. */
  private boolean isProgram(String key, long size, ProgramArchives.Start start, Place place) {
    String program = ProgramArchives.programOf(key, size, start);
    if (program != null) {
      findings.add(Rule.NOT_LOOKED_INTO, place, program, null);
    }
    return program != null;
  }

  /** Whether a storage begins like a pickle, an archive or a NumPy array. */
  private static boolean looksLikeMore(ZipEntry entry) {
    byte[] start = RecordBytes.start(entry.bytes(), STORAGE_START);
    return PickleTrace.isAnnounced(start)
        || Containers.mayBeArchive(start)
        || NpyHeader.begins(start);
  }

  /**
   * Scans a storage. It may contain any bytes, so it is reported only if it really is more than
   * tensor data.
   */
  private boolean storage(MappedFile content, int depth) throws CheckpointException, IOException {
    byte[] start = content.start(0, STORAGE_START);
    if (NpyHeader.begins(start)) {
      // numpy.load takes any ZIP for an archive of arrays and reads every entry that begins like
      // one.
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
   * Scans every entry that any reader could see in a damaged or ambiguous ZIP.
   *
   * @return whether there is anything that a verdict is about
   */
  boolean survey(MappedFile file, int depth) throws CheckpointException, IOException {
    scan.unpacking().checkDepth(depth + 1, Place.of(file.name()));
    boolean judged = false;
    for (ZipSurvey.Found found :
        ZipSurvey.of(file, scan.options().limits(), scan.deadline(), scan.options().full())) {
      // A content that was scanned under another name is scanned again if loaders look for this
      // name.
      if (surveyed.add(file, found, depth) || ProgramArchives.isKey(keyOf(found))) {
        judged |= found(file, found, depth);
      }
    }
    return judged;
  }

  private static String keyOf(ZipSurvey.Found found) {
    return found.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Scans an entry of a survey, decompressing it by its method. Its flags are reported but not
   * trusted.
   */
  private boolean found(MappedFile file, ZipSurvey.Found found, int depth)
      throws CheckpointException, IOException {
    scan.checkTime(file);
    ResourceName shown = file.name().inside(found.name());
    // Entries may overlap, so that each is as long as the file.
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
          // Python's zipfile stops at the size in the directory.
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
      // The size in a header may be wrong, and zipfile does not check it.
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

  /** Scans the output of a decoder, complete or not. */
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

  /** Reports a problem with compressed data, unless the data only begins like it. */
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

  /** Scans an entry. If it exceeds a limit, the others are still scanned. */
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

  /** Scans the content of DEFLATE data, whose bytes are charged as they come. */
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
