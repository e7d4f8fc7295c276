package dev.pt2st.fuzz;

import dev.pt2st.CheckpointException;
import dev.pt2st.archive.Containers;
import dev.pt2st.archive.Members;
import dev.pt2st.archive.compression.Compression;
import dev.pt2st.archive.compression.LoaderDecoder;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.SamplePickles;
import dev.pt2st.testing.Wrap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a fuzzer starts from: the samples, what lies in them, and what was found before. {@link
 * #main} writes them to a folder, as the fuzzer wants them.
 */
public final class Seeds {
  /** Larger samples only make a fuzzer slow. */
  private static final int LARGEST = 1 << 15;

  /** Pickles of up to so many bytes are compressed in every way. */
  private static final int MOST_COMPRESSED = 1 << 10;

  /** What fuzzers found, in a folder for each target; the names say what was wrong. */
  private static final String FOUND = "converter-core/src/test/resources/dev/pt2st/fuzz";

  private final Path root;
  private final Map<String, byte[]> seeds = new TreeMap<>();

  private Seeds(Path root) {
    this.root = root;
  }

  /**
   * The seeds of a target by name, in the order of the names.
   *
   * @param root the root of this repository
   */
  static Map<String, byte[]> of(FuzzTarget target, Path root) throws IOException {
    Seeds seeds = new Seeds(root);
    seeds.addSamples(target);
    Path found = root.resolve(FOUND).resolve(folder(target));
    if (Files.isDirectory(found)) {
      for (Path file : filesIn(found)) {
        seeds.add("found/" + file.getFileName(), Files.readAllBytes(file));
      }
    }
    return seeds.seeds;
  }

  /**
   * Lays a folder for a fuzzer: the seeds of a target in {@code seeds}, and {@code corpus}, where
   * it keeps what it learns.
   *
   * @param arguments the name of the target, the folder, the root of this repository
   */
  public static void main(String[] arguments) throws IOException {
    FuzzTarget target = FuzzTarget.valueOf(arguments[0].toUpperCase(Locale.ROOT));
    Files.createDirectories(Path.of(arguments[1], "corpus"));
    Path folder = Files.createDirectories(Path.of(arguments[1], "seeds"));
    for (Map.Entry<String, byte[]> seed : of(target, Path.of(arguments[2])).entrySet()) {
      Files.write(folder.resolve(seed.getKey().replaceAll("[^\\w.-]", "_")), seed.getValue());
    }
  }

  private static String folder(FuzzTarget target) {
    return target.name().toLowerCase(Locale.ROOT);
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private void addSamples(FuzzTarget target) throws IOException {
    for (String folder : List.of("checkpoints", "hostile")) {
      for (Path file : filesIn(root.resolve("samples").resolve(folder))) {
        if (!file.endsWith("manifest.json") && Files.size(file) <= LARGEST) {
          addSample(target, file);
        }
      }
    }
  }

  private void addSample(FuzzTarget target, Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    byte[] bytes = Files.readAllBytes(file);
    byte[] start = Arrays.copyOf(bytes, Math.min(bytes.length, Members.START));
    boolean isZip = Containers.mayBeZip(start);
    switch (target) {
      case PICKLE -> seeds.putAll(SamplePickles.in(file));
      case SAFETENSORS -> addConverted(name, file);
      case SCAN -> {
        add(name, bytes);
        if (isZip) {
          add("without-crc/" + name, withoutCrc(bytes));
        }
      }
      case ZIP -> addIf(isZip, name, bytes);
      case LEGACY -> addIf(!Containers.mayBeArchive(start), name, bytes);
      case TAR -> addIf(Containers.mayBeTar(start), name, bytes);
      case STREAM -> addStreams(name, bytes, start);
    }
  }

  private void addIf(boolean wanted, String name, byte[] bytes) {
    if (wanted) {
      add(name, bytes);
    }
  }

  private void add(String name, byte[] bytes) {
    seeds.put(name, bytes);
  }

  /** A tar behind its choice, and a small pickle compressed in each way. */
  private void addStreams(String name, byte[] bytes, byte[] start) {
    if (Containers.mayBeTar(start)) {
      addStream(StreamTarget.TAR, name, bytes);
    }
    if (bytes.length <= MOST_COMPRESSED && name.endsWith(".pkl")) {
      for (Compression compression : Compression.values()) {
        byte[] packed =
            switch (compression) {
              case GZIP -> Wrap.gzip(bytes);
              case XZ -> Wrap.smallXz(bytes);
              case BZIP2 -> Wrap.bzip2(bytes);
              case ZSTD -> Wrap.zstd(bytes);
            };
        addStream(StreamTarget.choice(compression), compression + "/" + name, packed);
      }
      for (LoaderDecoder decoder : LoaderDecoder.values()) {
        byte[] packed =
            switch (decoder) {
              case LZ4 -> Wrap.lz4(bytes);
              case LZIP -> Wrap.lzip(bytes);
              case LZMA_ALONE -> Wrap.lzma(bytes);
              case LENIENT_GZIP -> Wrap.gzip(bytes);
              case ZIP_DEFLATE64 -> Wrap.deflate(bytes);
              case ZIP_BZIP2 -> Wrap.bzip2(bytes);
              case ZIP_LZMA -> Wrap.zipLzma(bytes);
              case ZIP_ZSTD -> Wrap.zstd(bytes);
              case ZIP_XZ -> Wrap.smallXz(bytes);
            };
        addStream(StreamTarget.choice(decoder), decoder + "/" + name, packed);
      }
    }
  }

  private void addStream(int choice, String name, byte[] bytes) {
    add(name, Wrap.concat(new byte[] {(byte) choice}, bytes));
  }

  /** What a checkpoint is converted to. */
  private void addConverted(String name, Path file) throws IOException {
    Path folder = Files.createTempDirectory("pt2st-seeds");
    Path output = folder.resolve("out.safetensors");
    try {
      Converter.convert(file, output, ConvertOptions.STANDARD, ProgressListener.NONE);
      add(name, Files.readAllBytes(output));
    } catch (CheckpointException e) {
      // Most samples are there to be refused.
    } finally {
      Files.deleteIfExists(output);
      Files.delete(folder);
    }
  }

  /**
   * A ZIP that has no CRC-32, as PyTorch can write it, so that changes within its records are no
   * damage.
   */
  private static byte[] withoutCrc(byte[] zip) {
    byte[] without = zip.clone();
    String text = new String(zip, StandardCharsets.ISO_8859_1);
    for (Map.Entry<String, Integer> record :
        Map.of("PK\1\2", 16, "PK\3\4", 14, "PK\7\b", 4).entrySet()) {
      for (int at = text.indexOf(record.getKey());
          at >= 0 && at + record.getValue() + Integer.BYTES <= zip.length;
          at = text.indexOf(record.getKey(), at + 1)) {
        for (int i = 0; i < Integer.BYTES; i++) {
          without[at + record.getValue() + i] = 0;
        }
      }
    }
    return without;
  }
}
