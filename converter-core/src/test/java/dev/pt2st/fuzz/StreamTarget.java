package dev.pt2st.fuzz;

import dev.pt2st.CheckpointException;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.Unpacking;
import dev.pt2st.archive.compression.Compression;
import dev.pt2st.archive.compression.LoaderDecoder;
import dev.pt2st.archive.tar.TarSurvey;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.work.Deadline;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * The decoders of compressed data, those of a conversion and those of loaders, and tars as Python
 * goes through them. The first byte of an input chooses; the rest is read.
 *
 * <p>What the strict decoder of a format makes of data is what the lenient one makes of it, and
 * what the survey of a tar finds lies in the tar.
 */
public final class StreamTarget {
  private static final List<Compression> STRICT = List.of(Compression.values());
  private static final List<LoaderDecoder> LOADERS = List.of(LoaderDecoder.values());

  private static final long MOST_ASSEMBLED = 1 << 20;

  /** The choice of tar, which comes behind the decoders. */
  static final int TAR = STRICT.size() + LOADERS.size();

  private StreamTarget() {}

  /** The first byte of an input for a decoder of conversions. */
  static int choice(Compression compression) {
    return STRICT.indexOf(compression);
  }

  /** The first byte of an input for a decoder of loaders. */
  static int choice(LoaderDecoder decoder) {
    return STRICT.size() + LOADERS.indexOf(decoder);
  }

  /** One input; called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    int choice = Math.floorMod(data[0], TAR + 1);
    byte[] rest = Arrays.copyOfRange(data, 1, data.length);
    if (choice == TAR) {
      Inputs.read(rest, StreamTarget::survey);
      Inputs.read(TarTarget.withSums(rest), StreamTarget::survey);
    } else if (choice >= STRICT.size()) {
      Inputs.read(rest, file -> decode(file, LOADERS.get(choice - STRICT.size())));
    } else {
      Inputs.read(rest, file -> decode(file, STRICT.get(choice)));
    }
  }

  private static Unpacking unpacking(MappedFile file) {
    return new Unpacking(file, Inputs.LIMITS, true, ScratchFolder.TEMPORARY);
  }

  private static void decode(MappedFile file, LoaderDecoder decoder) throws IOException {
    try (MappedFile decoded = unpacking(file).decompressWhatThereIs(file, decoder).file()) {
      decoded.size();
    }
  }

  private static void decode(MappedFile file, Compression compression)
      throws CheckpointException, IOException {
    Container.Compressed compressed = new Container.Compressed(file, compression);
    Unpacking.Outcome lenient = unpacking(file).decompressWhatThereIs(compressed);
    try (MappedFile all = lenient.file();
        MappedFile strict = unpacking(file).decompress(compressed)) {
      if (lenient.problem() != null) {
        throw new AssertionError("one reader takes it, the other does not", lenient.problem());
      }
      checkSame(strict, all, compression);
      if (compression == Compression.GZIP) {
        Unpacking.Outcome python =
            unpacking(file).decompressWhatThereIs(file, LoaderDecoder.LENIENT_GZIP);
        try (MappedFile pythons = python.file()) {
          checkSame(strict, pythons, compression);
        }
      }
    }
  }

  private static void checkSame(MappedFile strict, MappedFile other, Compression compression) {
    int size = Math.toIntExact(strict.size());
    if (other.size() != size || !Arrays.equals(strict.start(0, size), other.start(0, size))) {
      throw new AssertionError("two readers of " + compression.shown() + " see two files");
    }
  }

  private static void survey(MappedFile file) throws CheckpointException {
    TarSurvey survey = new TarSurvey(file, Inputs.LIMITS, new Deadline(Inputs.LIMITS));
    survey.walk();
    survey.walkOn();
    for (TarSurvey.Content content : survey.contents()) {
      if (content.offset() < 0
          || content.size() < 0
          || content.size() > file.size() - content.offset()) {
        throw new AssertionError("outside of the file: " + content);
      }
      // A scan counts the bytes of a larger one against a limit before it asks for them.
      if (content.hasHoles() && content.wholeSize() <= MOST_ASSEMBLED) {
        survey.assemble(content);
      }
    }
  }
}
