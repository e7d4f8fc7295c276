package dev.pt2st.bench.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;

/** The ZIP layout: one folder, the pickle first, then a record for each storage. */
final class ZipLayout {
  private static final int SERIALIZATION_ID_DIGITS = 40;

  private ZipLayout() {}

  /**
   * Writes the archive.
   *
   * @param file its name without extension becomes the folder's
   */
  static void write(CheckpointSpec spec, CheckpointOutput output, Path file) throws IOException {
    ZipWriter zip = new ZipWriter(output, folder(file));
    zip.record("data.pkl", StateDict.pickle(spec, FileLayout.ZIP, String::valueOf));
    zip.record(".format_version", ascii("1"));
    zip.record(".storage_alignment", ascii(String.valueOf(ZipWriter.ALIGNMENT)));
    zip.record("byteorder", ascii("little"));
    for (int tensor = 0; tensor < spec.tensors(); tensor++) {
      zip.record("data/" + tensor, spec.weights(tensor), spec.storageBytes(tensor));
    }
    zip.record("version", ascii("3\n"));
    zip.record(".data/serialization_id", ascii(serializationId(spec)));
    zip.end();
  }

  private static String folder(Path file) {
    String name = file.toAbsolutePath().normalize().getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** PyTorch makes it of the records' names and checksums; nobody reads more than that it is. */
  private static String serializationId(CheckpointSpec spec) {
    Random random = new Random(spec.seed());
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < SERIALIZATION_ID_DIGITS; i++) {
      digits.append(random.nextInt(10));
    }
    return digits.toString();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
