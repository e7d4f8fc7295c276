package dev.pt2st.inspect;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.ReadOptions;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.ExportedProgram;
import dev.pt2st.archive.ZipArchive;
import dev.pt2st.archive.ZipEntry;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.RecordBytes;
import dev.pt2st.pickle.DictValue;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Facts in a container about itself and the program that wrote it. */
final class ContainerFacts {
  /** The most bytes of a fact, which is shown on one line. */
  private static final int MOST_BYTES = 256;

  private static final int MOST_CHARACTERS = 200;

  /**
   * The records of a ZIP in which PyTorch stores facts about the file: {@code
   * torch/serialization.py} ({@code _save}), {@code caffe2/serialize/inline_container.cc} ({@code
   * PyTorchStreamWriter}) and {@code torch/export/pt2_archive/constants.py}.
   */
  private static final List<String> NOTES =
      List.of(
          "byteorder",
          "version",
          ".format_version",
          ".storage_alignment",
          ".data/version",
          ".data/serialization_id",
          "archive_format",
          "archive_version");

  /** Members of {@code ModelDef} in {@code caffe2/proto/torch.proto}. */
  private static final List<String> MODEL_NOTES =
      List.of("protoVersion", "producerName", "producerVersion");

  /** Members of {@code ExportedProgram} in {@code torch/_export/serde/schema.py}. */
  private static final List<String> PROGRAM_NOTES = List.of("schema_version", "torch_version");

  /** A program's description is only searched for a version up to this size. */
  private static final long MOST_JSON_BYTES = 16L << 20;

  private final ReadOptions options;
  private final List<Fact> facts = new ArrayList<>();

  private ContainerFacts(ReadOptions options) {
    this.options = options;
  }

  /** The facts about a container that need none of its pickles. */
  static List<Fact> of(Container container, ReadOptions options) throws CheckpointException {
    ContainerFacts found = new ContainerFacts(options);
    switch (container) {
      case Container.TorchZip zip -> found.ofZip(zip.archive(), zip.file());
      case Container.TorchPackage packed -> found.ofZip(packed.archive(), packed.file());
      case Container.TorchScript script -> found.ofZip(script.archive(), script.file());
      case Container.LegacyTorchScript script -> {
        found.ofZip(script.archive(), script.file());
        found.ofJson(script.model(), script.file(), MODEL_NOTES);
      }
      case Container.ExportedPrograms programs -> {
        found.ofZip(programs.archive(), programs.file());
        found.facts.add(new Fact("programs", Integer.toString(programs.programs().size())));
        found.ofProgram(programs);
      }
      case Container.LegacyStream legacy -> {}
      case Container.RawPickle raw -> {}
      case Container.TorchTar tar ->
          found.facts.add(new Fact("records", Integer.toString(tar.archive().entries().size())));
      case Container.Folder folder -> {}
      case Container.Wrapped wrapped -> {}
    }
    return found.facts;
  }

  /** The facts in its pickles. */
  static List<Fact> of(Checkpoint checkpoint) {
    List<Fact> facts = new ArrayList<>();
    boolean isPickle =
        switch (checkpoint.container()) {
          case Container.LegacyTorchScript script -> false;
          case Container.ExportedPrograms programs -> false;
          default -> true;
        };
    if (isPickle) {
      String protocol = checkpoint.protocol() == 0 ? "0 or 1" : "" + checkpoint.protocol();
      facts.add(new Fact("pickle protocol", protocol));
    }
    if (checkpoint.systemInfo() instanceof DictValue info) {
      for (DictValue.Entry entry : info.entries()) {
        facts.add(
            new Fact(
                ValueText.of(entry.key(), MOST_CHARACTERS).replace("'", ""),
                ValueText.of(entry.value(), MOST_CHARACTERS)));
      }
    }
    return facts;
  }

  private void ofZip(ZipArchive archive, MappedFile file) throws CheckpointException {
    long compressed = 0;
    for (ZipEntry entry : archive.entries()) {
      if (entry.bytes() instanceof ByteSource.Deflated) {
        compressed++;
      }
    }
    facts.add(new Fact("folder", archive.folder()));
    facts.add(new Fact("records", Integer.toString(archive.entries().size())));
    if (compressed > 0) {
      facts.add(new Fact("compressed records", Long.toString(compressed)));
    }
    for (String name : NOTES) {
      ZipEntry entry = archive.record(name).orElse(null);
      if (entry != null && entry.bytes().size() <= MOST_BYTES) {
        facts.add(new Fact(name, text(entry, file)));
      }
    }
  }

  /** Adds the facts of the first program; all programs were written together. */
  private void ofProgram(Container.ExportedPrograms programs) throws CheckpointException {
    for (ExportedProgram program : programs.programs()) {
      ZipEntry entry =
          programs
              .archive()
              .record("models/" + program.name() + ".json")
              .or(() -> programs.archive().entry("serialized_exported_program.json"))
              .orElse(null);
      if (entry != null) {
        ofJson(entry, programs.file(), PROGRAM_NOTES);
        return;
      }
    }
  }

  private void ofJson(ZipEntry entry, MappedFile file, List<String> names)
      throws CheckpointException {
    if (entry.bytes().size() <= MOST_JSON_BYTES) {
      facts.addAll(JsonFacts.of(bytes(entry, file), names));
    }
  }

  private String text(ZipEntry entry, MappedFile file) throws CheckpointException {
    byte[] text = bytes(entry, file).toArray(ValueLayout.JAVA_BYTE);
    return new String(text, StandardCharsets.UTF_8).strip();
  }

  private MemorySegment bytes(ZipEntry entry, MappedFile file) throws CheckpointException {
    Place place = Place.of(file.name()).inEntry(entry.name());
    return RecordBytes.read(entry.bytes(), file, options.limits(), options.comparesCrc(), place);
  }
}
