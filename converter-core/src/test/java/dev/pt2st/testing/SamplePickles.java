package dev.pt2st.testing;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.Containers;
import dev.pt2st.archive.TarEntry;
import dev.pt2st.archive.ZipEntry;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.RecordBytes;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The pickles in the samples, each as bytes of its own. */
public final class SamplePickles {
  private SamplePickles() {}

  /** All of them, by the sample that they are in. */
  public static Map<String, byte[]> all() throws IOException {
    Map<String, byte[]> pickles = new TreeMap<>();
    for (String folder : List.of("checkpoints", "hostile")) {
      try (Stream<Path> files = Files.list(Corpus.root().resolve("samples").resolve(folder))) {
        for (Path file : files.filter(file -> !file.endsWith("manifest.json")).toList()) {
          pickles.putAll(in(file));
        }
      }
    }
    return pickles;
  }

  /** The pickles in a file, by its name; all of a file that cannot be read. */
  public static Map<String, byte[]> in(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    try (MappedFile mapped = MappedFile.open(file)) {
      return in(name, mapped);
    } catch (CheckpointException e) {
      return Map.of(name, Files.readAllBytes(file));
    }
  }

  private static Map<String, byte[]> in(String name, MappedFile file) throws CheckpointException {
    Map<String, byte[]> pickles = new TreeMap<>();
    switch (Containers.detect(file, Limits.STANDARD)) {
      case Container.TorchZip zip -> pickles.put(name, bytes(file, zip.pickle()));
      case Container.TorchScript script -> {
        pickles.put(name, bytes(file, script.pickle()));
        pickles.put(name + " constants", bytes(file, script.constants()));
      }
      case Container.TorchTar tar -> {
        for (TarEntry entry : tar.archive().entries()) {
          pickles.put(
              name + " " + entry.name(), entry.bytes().segment().toArray(ValueLayout.JAVA_BYTE));
        }
      }
      case Container other ->
          pickles.put(
              name, other.file().bytes(0, other.file().size()).toArray(ValueLayout.JAVA_BYTE));
    }
    return pickles;
  }

  private static byte[] bytes(MappedFile file, ZipEntry entry) throws CheckpointException {
    Place place = Place.of(file.name()).inEntry(entry.name());
    return RecordBytes.read(entry.bytes(), file, Limits.STANDARD, false, place)
        .toArray(ValueLayout.JAVA_BYTE);
  }
}
