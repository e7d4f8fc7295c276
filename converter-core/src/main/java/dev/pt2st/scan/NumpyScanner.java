package dev.pt2st.scan;

import dev.pt2st.CheckpointException;
import dev.pt2st.LimitException;
import dev.pt2st.Place;
import dev.pt2st.io.MappedFile;
import dev.pt2st.scan.format.NpyHeader;
import java.io.IOException;

/** Scans the arrays that numpy.load reads from one content, and the bytes after them. */
final class NumpyScanner {
  /** How many bytes of a header are read first. */
  private static final int FIRST = 512;

  private final FileScan scan;
  private final Findings findings;
  private final MappedFile content;
  private final int depth;
  private boolean judged;

  NumpyScanner(FileScan scan, MappedFile content, int depth) {
    this.scan = scan;
    this.findings = scan.findings();
    this.content = content;
    this.depth = depth;
  }

  /**
   * Scans all arrays.
   *
   * @param numpy the first header
   * @return whether there is anything that a verdict is about
   */
  boolean at(NpyHeader numpy) throws CheckpointException, IOException {
    lookAtArray(content, numpy);
    lookBehindArrays(numpy);
    // Further arrays may follow, which numpy.load reads with further calls.
    for (long at = NpyHeader.find(content, 1); at >= 0; at = NpyHeader.find(content, at + 1)) {
      scan.deadline().check(() -> Place.of(content.name()));
      MappedFile further = content.part(content.name(), at, content.size() - at);
      NpyHeader header = NpyHeader.of(further, further.start(0, FIRST));
      if (header != null) {
        lookAtArray(further, header);
      }
    }
    return judged;
  }

  /**
   * Scans the bytes after arrays of numbers. The next call of numpy.load reads them, and they may
   * be a pickle.
   */
  private void lookBehindArrays(NpyHeader numpy) throws CheckpointException, IOException {
    MappedFile rest = content;
    NpyHeader header = numpy;
    while (header != null && !header.mayHaveObjects()) {
      scan.deadline().check(() -> Place.of(content.name()));
      if (header.dataSize() == NpyHeader.NO_SIZE) {
        judged = true;
        findings.add(
            Rule.NOT_LOOKED_INTO,
            Place.of(content.name()),
            "the shape of an array is too large, so that nobody can tell where its data ends",
            null);
        UnknownBytes.search(scan, behind(rest, header.dataOffset()), depth);
        return;
      }
      long left = rest.size() - header.dataOffset();
      if (header.dataSize() >= left) {
        return;
      }
      rest = behind(rest, header.dataOffset() + header.dataSize());
      header = NpyHeader.of(rest, rest.start(0, FIRST));
    }
    if (header == null) {
      judged |= ContentScanner.at(scan, rest, depth).isJudged();
    }
  }

  private MappedFile behind(MappedFile bytes, long at) {
    return content.part(content.name(), content.size() - bytes.size() + at, bytes.size() - at);
  }

  private void lookAtArray(MappedFile array, NpyHeader numpy) throws LimitException, IOException {
    if (!numpy.mayHaveObjects()) {
      return;
    }
    judged = true;
    findings.add(
        Rule.NOT_LOOKED_INTO,
        Place.of(content.name()),
        "this may be an array of Python objects, which are pickled in it and are not converted",
        null);
    if (!scan.pickles().followAndSearch(array, numpy.dataOffset())) {
      scan.pickles().search(array, numpy.dataOffset());
    }
  }
}
