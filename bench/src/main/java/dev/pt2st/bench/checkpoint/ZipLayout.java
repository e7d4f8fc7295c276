package dev.pt2st.bench.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The ZIP layout: one folder, the pickle first, then a record for each storage. */
final class ZipLayout {
  private static final int SERIALIZATION_ID_DIGITS = 40;

  private ZipLayout() {}

  /** The bytes of a storage. */
  record Stored(Weights weights, long bytes) {}

  /**
   * Writes the archive.
   *
   * @param file its name without extension becomes the folder's
   */
  static void write(CheckpointSpec spec, CheckpointOutput output, Path file) throws IOException {
    List<Stored> storages = new ArrayList<>();
    for (int tensor = 0; tensor < spec.tensors(); tensor++) {
      storages.add(new Stored(spec.weights(tensor), spec.storageBytes(tensor)));
    }
    byte[] pickle = StateDict.pickle(spec, FileLayout.ZIP, String::valueOf);
    write(output, folder(file), pickle, storages, new Random(spec.seed()));
  }

  /**
   * Writes an archive.
   *
   * @param storages whose keys in the pickle are their numbers here
   * @param random gives the serialization id
   */
  static void write(
      CheckpointOutput output, String folder, byte[] pickle, List<Stored> storages, Random random)
      throws IOException {
    ZipWriter zip = new ZipWriter(output, folder);
    zip.record("data.pkl", pickle);
    zip.record(".format_version", ascii("1"));
    zip.record(".storage_alignment", ascii(String.valueOf(ZipWriter.ALIGNMENT)));
    zip.record("byteorder", ascii("little"));
    for (int i = 0; i < storages.size(); i++) {
      zip.record("data/" + i, storages.get(i).weights(), storages.get(i).bytes());
    }
    zip.record("version", ascii("3\n"));
    zip.record(".data/serialization_id", ascii(serializationId(random)));
    zip.end();
  }

  /** What {@code torch.save} calls the folder in a file: its name without extension. */
  static String folder(Path file) {
    String name = file.toAbsolutePath().normalize().getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** PyTorch makes it of the records' names and checksums; nobody reads more than that it is. */
  private static String serializationId(Random random) {
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
