package dev.pt2st.scan;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.ArchiveFormat;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.Containers;
import dev.pt2st.archive.ZipSurvey;
import dev.pt2st.archive.compression.LoaderDecoder;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.analysis.PickleTrace;
import dev.pt2st.safetensors.SafetensorsFile;
import dev.pt2st.scan.format.JsonContent;
import dev.pt2st.scan.format.NpyHeader;
import dev.pt2st.scan.search.LoaderContainers;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Scans one content, a file or a part of one, in every format in which it could be read. First
 * comes the strict reader of a conversion: only what it accepts can be safe. Then comes everything
 * that this reader does not read: other layouts that also match, and formats that are not
 * checkpoints.
 */
final class ContentScanner {
  private static final int FIRST = 512;
  private static final int LENGTH_BYTES = 8;

  /** A longer text is not decoded as JSON. */
  private static final int MOST_JSON = 64 << 20;

  private final FileScan scan;
  private final Findings findings;
  private final MappedFile content;
  private final int depth;
  private final byte[] first;
  private boolean judged;

  /** Whether decompressing it as loaders do has been tried. */
  private boolean loaderDataIsDone;

  /** Whether decompressing it as zlib data has been tried. */
  private boolean zlibIsDone;

  /** The offset after what the strict reader read of a stream. */
  private long endOfStream;

  private ContentScanner(FileScan scan, MappedFile content, int depth) {
    this.scan = scan;
    this.findings = scan.findings();
    this.content = content;
    this.depth = depth;
    this.first = content.start(0, FIRST);
  }

  /**
   * The result of scanning a content.
   *
   * @param kind what it is, in words
   * @param isJudged whether it contains a pickle or anything else that a verdict is about
   */
  record Look(String kind, boolean isJudged) {}

  /**
   * Scans a content.
   *
   * @param depth how many archives and compressed files are around it
   * @throws CheckpointException if a limit is exceeded
   * @throws IOException if the disk is full
   */
  static Look at(FileScan scan, MappedFile content, int depth)
      throws CheckpointException, IOException {
    scan.checkTime(content);
    return new ContentScanner(scan, content, depth).look();
  }

  /**
   * Scans an entry of a checkpoint's archive; its pickles are parts of the checkpoint.
   *
   * @param context what the checkpoint declares
   */
  static Look atPart(FileScan scan, MappedFile content, int depth, PickleScanner.Context context)
      throws CheckpointException, IOException {
    ContentScanner part = new ContentScanner(scan, content, depth);
    long end = Containers.mayBeArchive(part.first) ? 0 : scan.pickles().follow(content, 0, context);
    if (end == 0) {
      return at(scan, content, depth);
    }
    scan.pickles().search(content, end);
    part.lookForOthers(null);
    return new Look("pickle", true);
  }

  private Look look() throws CheckpointException, IOException {
    Container container = null;
    CheckpointException refusal = null;
    if (Containers.mayBeCheckpoint(first)) {
      try {
        container = Containers.detect(content, scan.options().limits());
      } catch (CheckpointException e) {
        refusal = e;
        if (Containers.mayBeArchive(first) || !(e instanceof UnsupportedException)) {
          judged = true;
          findings.add(e);
        }
      }
    }
    String kind =
        switch (container) {
          case null -> lookAtOther(refusal);
          case Container.Compressed compressed -> {
            judged |= scan.archives().inside(compressed, depth);
            yield container.layout();
          }
          case Container.Archive archive -> {
            judged |= scan.archives().inside(archive, depth);
            yield container.layout();
          }
          default -> lookAtCheckpoint(container);
        };
    lookForOthers(container);
    if (Containers.mayBeZip(first)) {
      scan.pickles().search(content, ZipSurvey.commentOf(content));
    }
    return new Look(kind, judged);
  }

  private String lookAtCheckpoint(Container container) throws CheckpointException, IOException {
    long end = CheckpointScanner.at(scan, container, depth);
    if (end >= 0) {
      judged = true;
      endOfStream = end;
      return container.layout();
    }
    return lookAtOther(null);
  }

  /**
   * Scans a content that is not a readable checkpoint: another format, a damaged archive, or a
   * pickle that no conversion accepts.
   *
   * @param refusal why it is not a readable checkpoint; null if it does not begin like one
   */
  private String lookAtOther(@Nullable CheckpointException refusal)
      throws CheckpointException, IOException {
    if (Containers.mayBeZip(first)) {
      content.willReadAll();
      judged |= scan.zips().survey(content, depth);
      return "ZIP archive";
    }
    if (Containers.mayBeTar(first)) {
      judged |= scan.archives().inside(new Container.Archive(content, ArchiveFormat.TAR), depth);
      return "tar archive";
    }
    if (isSafetensors()) {
      return "safetensors";
    }
    NpyHeader numpy = NpyHeader.of(content, first);
    if (numpy != null) {
      judged |= new NumpyScanner(scan, content, depth).at(numpy);
      return "NumPy array";
    }
    if (scan.pickles().followAndSearch(content, 0)) {
      judged = true;
      if (!scan.pickles().sawWhole()) {
        return lookAtKnown();
      }
      String why = "this is a pickle, but no checkpoint that is converted";
      findings.add(
          Rule.NOT_LOOKED_INTO,
          Place.of(content.name()),
          refusal == null ? why : why + ": " + refusal.problem(),
          null);
      return "pickle";
    }
    String decoded = lookAtLoaderData();
    if (decoded == null) {
      decoded = lookAtZlib();
    }
    return decoded == null ? lookAtKnown() : decoded;
  }

  /** Looks for a tar after other bytes, which a reader may be configured to skip. */
  private void lookForTar() throws CheckpointException, IOException {
    if (new TarScanner(scan).behindOthers(content, depth)) {
      alsoIs("a tar for a reader that skips blocks that are not headers");
    }
  }

  /** Whether it has a valid safetensors header; a header that only looks like one is reported. */
  private boolean isSafetensors() throws CheckpointException, IOException {
    if (!mayBeSafetensors()) {
      return false;
    }
    try {
      // Not closed: the file is the caller's.
      SafetensorsFile _ = SafetensorsFile.of(content);
    } catch (CheckpointException e) {
      judged = true;
      findings.add(
          Rule.UNSOUND_ARCHIVE, e.place(), "a damaged safetensors file: " + e.problem(), null);
    }
    if (scan.pickles().follow(content, 0, PickleScanner.Context.QUIET) > 0) {
      alsoIs("a pickle");
    }
    searchIfAllIsRead();
    return true;
  }

  /** Whether it begins with a length of less than 2^48 and the start of a JSON object. */
  private boolean mayBeSafetensors() {
    return first.length > LENGTH_BYTES + 1
        && first[LENGTH_BYTES] == '{'
        && "\"} \t\r\n".indexOf(first[LENGTH_BYTES + 1]) >= 0
        && first[LENGTH_BYTES - 1] == 0
        && first[LENGTH_BYTES - 2] == 0;
  }

  /**
   * Scans data that a loader decompresses by itself and a conversion does not; null if it is not
   * such data.
   */
  private @Nullable String lookAtLoaderData() throws CheckpointException, IOException {
    LoaderDecoder decoder = LoaderDecoder.ofStart(first);
    loaderDataIsDone = true;
    if (decoder == null || !scan.archives().maybeDecoded(content, decoder, depth)) {
      return null;
    }
    judged = true;
    String kind = decoder.shown() + " data";
    findings.add(
        Rule.NOT_LOOKED_INTO,
        Place.of(content.name()),
        "it is " + kind + ", which loaders decompress and pt2st does not convert",
        null);
    return kind;
  }

  private @Nullable String lookAtZlib() throws CheckpointException, IOException {
    zlibIsDone = true;
    ArchiveScanner.Inflated inflated = scan.archives().inflatedZlib(content, first);
    if (inflated == null) {
      return null;
    }
    try (MappedFile bytes = inflated.bytes()) {
      // A content that only begins like such data may be anything.
      boolean found =
          inflated.isAll()
              ? at(scan, bytes, depth + 1).isJudged()
              : scan.quietly(() -> at(scan, bytes, depth + 1).isJudged());
      if (found) {
        judged = true;
        findings.add(
            Rule.NOT_LOOKED_INTO,
            Place.of(content.name()),
            "it is compressed with zlib, as joblib does it, and is not converted",
            null);
      }
      return found || inflated.isAll() ? "zlib data" : null;
    }
  }

  private String lookAtKnown() throws CheckpointException, IOException {
    content.willReadAll(); // it is searched block by block for a tar, and mostly for other things
    lookForTar();
    String name = String.valueOf(content.name().fileName());
    FormatAssessment known = FormatAssessment.of(content, first, name);
    if (known.rule() == Rule.UNRECOGNIZED_BYTES) {
      if (!scan.isQuiet()) {
        findings.add(known.rule(), Place.of(content.name()), known.why(), null);
      }
    } else if (known.rule() != null) {
      judged = true;
      findings.add(known.rule(), Place.of(content.name()), known.why(), null);
    }
    if (known.search() != FormatAssessment.Search.NONE && ShelfDirectory.is(scan, content)) {
      judged = true;
      findings.add(
          Rule.NOT_LOOKED_INTO,
          Place.of(content.name()),
          "this is the directory of a dbm.dumb database, and the values of a shelf are pickles",
          null);
    }
    switch (known.search()) {
      case TEXT -> lookAtText();
      case ALL -> {
        lookAtJson(); // JSON may contain characters that do not count as text
        searchAll();
      }
      case NONE -> searchIfAllIsRead();
    }
    return known.kind();
  }

  /** Scans a text, and its blocks, for what a loader would find. */
  private void lookAtText() throws CheckpointException, IOException {
    lookAtJson();
    String program = LoaderContainers.programOfText(content, depth > 0, scan.deadline());
    if (program != null) {
      judged = true;
      findings.add(Rule.NOT_LOOKED_INTO, Place.of(content.name()), program, null);
    }
    judged |= scan.pickles().searchBlocks(content);
  }

  private void lookAtJson() throws CheckpointException, IOException {
    boolean mayHavePickles = JsonContent.mayHavePickles(content);
    if (mayHavePickles && content.size() > MOST_JSON) {
      judged = true;
      findings.add(
          Rule.NOT_LOOKED_INTO,
          Place.of(content.name()),
          "this is JSON of more than " + MOST_JSON + " bytes that may hold pickles as base64",
          null);
    } else if (mayHavePickles) {
      for (byte[] pickle : JsonContent.serialized(content.start(0, (int) content.size()))) {
        MappedFile decoded =
            content.unpacked(
                Place.of(content.name()).at(0).embedded(), MemorySegment.ofArray(pickle));
        judged |= scan.pickles().followAndSearch(decoded, 0);
      }
    }
  }

  /** Searches all bytes, as the structure of the format does not account for them. */
  private void searchAll() throws CheckpointException, IOException {
    UnknownBytes.search(scan, content, depth);
  }

  /** Searches the bytes of tensors and images, if tensor data is to be read. */
  private void searchIfAllIsRead() throws CheckpointException, IOException {
    if (scan.options().full()) {
      searchAll();
    }
  }

  /** Scans for other layouts that match besides the first one found. */
  private void lookForOthers(@Nullable Container container)
      throws CheckpointException, IOException {
    boolean isTar =
        container instanceof Container.TorchTar || isArchive(container, ArchiveFormat.TAR);
    if (!Containers.mayBeZip(first)
        && ZipSurvey.hasEnd(content)
        && scan.quietly(() -> scan.zips().survey(content, depth))
        // A ZIP at the end of a tar is normal: it is a member, which was scanned. So is a value or
        // a storage that is a ZIP.
        && !isTar
        && ZipSurvey.commentOf(content) > endOfStream) {
      alsoIs("a ZIP archive with something in front of it");
    }
    if (!isTar && container != null && Containers.mayBeTar(first)) {
      if (scan.archives().inside(new Container.Archive(content, ArchiveFormat.TAR), depth)) {
        alsoIs("a tar");
      }
    }
    if (LoaderContainers.isHdf5(content)) {
      judged = true;
      findings.add(
          Rule.NOT_LOOKED_INTO,
          Place.of(content.name()),
          "HDF5 is not read; a Keras model in it may hold Python code (Lambda layers)",
          null);
    }
    if (!loaderDataIsDone && lookAtLoaderData() != null) {
      alsoIs("compressed data");
    }
    if (!zlibIsDone && lookAtZlib() != null) {
      alsoIs("zlib data");
    }
    // A ZIP begins with the opcode PERSID. Only PyTorch's unpicklers continue after that, and they
    // take the file for a ZIP.
    if (Containers.mayBeArchive(first)
        && !Containers.mayBeZip(first)
        && PickleTrace.mayBegin(first)
        && scan.pickles().follow(content, 0, PickleScanner.Context.QUIET) > 0) {
      alsoIs("a pickle");
    }
  }

  private static boolean isArchive(@Nullable Container container, ArchiveFormat format) {
    return container instanceof Container.Archive archive && archive.format() == format;
  }

  private void alsoIs(String what) {
    judged = true;
    findings.add(
        Rule.UNSOUND_ARCHIVE,
        Place.of(content.name()),
        "it can also be read as " + what + ": two readers could see two different files",
        null);
  }
}
