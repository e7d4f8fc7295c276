package dev.pt2st.migrate.work;

import dev.pt2st.CheckpointException;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.ZipArchive;
import dev.pt2st.archive.ZipEntry;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.OpenCheckpoint;
import dev.pt2st.convert.plan.LeftOut;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.migrate.content.NonTensorValues;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Finds content of a checkpoint that its output lacks; if there is any, the original is not
 * removed. Changes that options ask for explicitly, such as another dtype, do not count.
 */
final class UnconvertedContent {
  /** The most parts that are named. */
  private static final int MOST_NAMED = 3;

  /** The records that {@code torch.save} writes besides the pickle, below the root folder. */
  private static final Pattern RECORDS =
      Pattern.compile(
          "data\\.pkl|data/.*|version|byteorder|\\.data/.*|\\.format_version|\\.storage_alignment");

  private final List<String> parts = new ArrayList<>();

  private UnconvertedContent() {}

  /**
   * Describes content of a checkpoint that is not in its output.
   *
   * @param plan the plan of its conversion
   * @return a clause; empty if the output is complete
   */
  static String of(OpenCheckpoint file, Checkpoint checkpoint, Plan plan)
      throws CheckpointException, IOException {
    UnconvertedContent remainder = new UnconvertedContent();
    remainder.addTensors(plan);
    remainder.addLayout(checkpoint);
    if (file.hasSiblings()) {
      remainder.parts.add("the other files of the archive");
    }
    if (remainder.parts.isEmpty()) {
      // Only the first is named; the notes about the conversion have the rest.
      NonTensorValues.first(checkpoint.top()).ifPresent(remainder.parts::add);
    }
    return remainder.text();
  }

  private void addTensors(Plan plan) {
    for (LeftOut part : plan.leftOut()) {
      if (part.tensors() > 0) {
        parts.add(CheckpointConversion.counted(part));
      }
    }
    plan.skipped().forEach(tensor -> parts.add(tensor.name()));
  }

  private void addLayout(Checkpoint checkpoint) {
    switch (checkpoint.container()) {
      case Container.TorchScript script -> parts.add("the program");
      case Container.TorchPackage packed -> parts.add("the program");
      case Container.LegacyTorchScript script -> parts.add("the program");
      case Container.ExportedPrograms programs -> parts.add("the program");
      case Container.TorchZip zip -> addRecords(zip.archive());
      case Container.LegacyStream stream -> addEnd(checkpoint, stream);
      case Container.TorchTar tar -> {}
      case Container.RawPickle pickle -> addEnd(checkpoint, pickle);
      case Container.Folder folder -> {} // its originals always stay
      case Container.Wrapped wrapped -> {}
    }
  }

  private void addRecords(ZipArchive archive) {
    int folder = archive.folder().length();
    for (ZipEntry entry : archive.entries()) {
      String name = entry.name();
      boolean inFolder = entry.key().startsWith(archive.folder());
      if (!name.endsWith("/")
          && !(inFolder && RECORDS.matcher(entry.key().substring(folder)).matches())) {
        parts.add("the record " + name);
      }
    }
  }

  private void addEnd(Checkpoint checkpoint, Container container) {
    if (checkpoint.end() < container.file().size()) {
      parts.add("what follows the checkpoint in its file");
    }
  }

  private String text() {
    if (parts.isEmpty()) {
      return "";
    }
    int more = parts.size() - MOST_NAMED;
    return "the output does not hold "
        + String.join(", ", parts.subList(0, Math.min(MOST_NAMED, parts.size())))
        + (more > 0 ? " and " + more + " more" : "");
  }
}
