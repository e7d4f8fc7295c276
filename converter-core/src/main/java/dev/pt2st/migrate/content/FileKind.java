package dev.pt2st.migrate.content;

import dev.pt2st.CheckpointException;
import dev.pt2st.RefusedException;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.Containers;
import dev.pt2st.checkpoint.OpenCheckpoint;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.planner.GlobalsCheck;
import dev.pt2st.io.FileHoles;
import dev.pt2st.io.MappedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether a file may be a checkpoint, detected by its content and never by its name. */
public sealed interface FileKind {

  /**
   * It begins like a checkpoint.
   *
   * @param wrapped whether it is an archive or compressed, so that its content is unknown
   */
  record Checkpoint(boolean wrapped) implements FileKind {}

  /**
   * It has the name of a checkpoint but is not one, such as a failed download.
   *
   * @param what it is, in words
   */
  record StandIn(String what) implements FileKind {}

  /** It is not a checkpoint. */
  record Other() implements FileKind {}

  /** Names that almost only checkpoints have. */
  Pattern NAMES = Pattern.compile("(?i).*\\.(?:bin|pt|pth|ckpt)", Pattern.DOTALL);

  byte PROTO = (byte) 0x80;
  int HIGHEST_PROTOCOL = 5;

  /**
   * Detects the kind of a file by its first bytes. The file is only read if these are ambiguous: a
   * pickle of protocol 0 or 1 may look like text.
   *
   * @throws IOException if it cannot be read
   */
  static FileKind at(Path path, ConvertOptions options) throws IOException {
    byte[] first;
    try (InputStream in = Files.newInputStream(path)) {
      first = in.readNBytes(Containers.SNIFFED);
    }
    if (Containers.mayBeZip(first)) {
      return new Checkpoint(isArchive(path, options));
    }
    if (Containers.mayBeArchive(first)) {
      return new Checkpoint(!Containers.mayBeTar(first) || isArchive(path, options));
    }
    if (first.length > 1 && first[0] == PROTO) {
      return first[1] >= 0 && first[1] <= HIGHEST_PROTOCOL ? new Checkpoint(false) : new Other();
    }
    if (Containers.mayBeCheckpoint(first)) {
      return holds(path, options, true) ? new Checkpoint(false) : new Other();
    }
    String standIn = Containers.standIn(first);
    if (standIn == null && NAMES.matcher(String.valueOf(path.getFileName())).matches()) {
      standIn = broken(path, first);
    }
    return standIn == null ? new Other() : new StandIn(standIn);
  }

  /** Describes a failed download that has the name of a checkpoint; null for other files. */
  private static @Nullable String broken(Path path, byte[] first) throws IOException {
    if (first.length == 0) {
      return "the file is empty";
    }
    if (Containers.isHtml(first)) {
      return "this is an HTML page, not a checkpoint";
    }
    return first[0] == 0 && FileHoles.isAllZero(path)
        ? "it contains only zeros, as after an interrupted download"
        : null;
  }

  /** Whether it is an archive of other files; a damaged archive counts as a checkpoint. */
  private static boolean isArchive(Path path, ConvertOptions options) throws IOException {
    try (MappedFile file = MappedFile.open(path)) {
      return Containers.detect(file, options.read().limits()) instanceof Container.Wrapped;
    } catch (CheckpointException e) {
      return false;
    }
  }

  /** Whether it is or contains a checkpoint with tensors: it is read, and unpacked if necessary. */
  static boolean holdsTensors(Path path, ConvertOptions options) throws IOException {
    return holds(path, options, false);
  }

  /**
   * Whether it holds tensors.
   *
   * @param orCalls whether a call of an unaccepted global is enough: text files contain none
   */
  private static boolean holds(Path path, ConvertOptions options, boolean orCalls)
      throws IOException {
    try (OpenCheckpoint file = OpenCheckpoint.open(path, options.read())) {
      dev.pt2st.checkpoint.Checkpoint read = file.guarded(file::read);
      return read.tensors() > 0 || (orCalls && isRefused(read, options));
    } catch (CheckpointException e) {
      return false;
    }
  }

  private static boolean isRefused(
      dev.pt2st.checkpoint.Checkpoint checkpoint, ConvertOptions options) {
    try {
      GlobalsCheck.checkWithoutRoot(checkpoint, options.read());
      return false;
    } catch (RefusedException e) {
      return true;
    }
  }
}
