package dev.pt2st.inspect;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.ReadOptions;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.OpenSource;
import dev.pt2st.checkpoint.OpenCheckpoint;
import dev.pt2st.convert.planner.FlatModel;
import dev.pt2st.convert.source.NumpyTensors;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.safetensors.SafetensorsModel;
import dev.pt2st.safetensors.ShardNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a file without converting it. No tensor's bytes are read, and nothing of it is run:
 *
 * <pre>{@code
 * Inspection found = Inspector.inspect(Path.of("model.pt"), ReadOptions.STANDARD);
 * for (TensorSummary tensor : found.tensors()) {
 *   System.out.println(tensor.name() + " " + tensor.dtypeName() + " " + tensor.shape());
 * }
 * }</pre>
 *
 * <p>Calls may come from many threads, and each works in the thread that calls. If this is
 * interrupted, the call throws a {@link java.nio.channels.ClosedByInterruptException} as soon as it
 * touches a file. The results hold no file open.
 */
public final class Inspector {
  private Inspector() {}

  /**
   * What is in a checkpoint, a safetensors file, or the files of an index. A file that a conversion
   * would refuse is described all the same: where its pickles cannot be read to their end, {@link
   * Inspection#problem()} says why.
   *
   * @param named a file, a member of an archive as {@code archive.zip!member}, or the name of a
   *     model of which there are only shards
   * @throws CheckpointException if it cannot even be told what it is made of
   * @throws IOException if it cannot be read
   */
  public static Inspection inspect(Path named, ReadOptions options)
      throws CheckpointException, IOException {
    Path path = ShardNames.toOpen(named);
    Map<String, String> index = indexOf(path);
    return index == null ? inspectFile(path, options) : ShardedInspection.of(path, index, options);
  }

  private static @Nullable Map<String, String> indexOf(Path path)
      throws CheckpointException, IOException {
    if (!Files.isRegularFile(path)) {
      return null; // a member of an archive, or nothing
    }
    try (MappedFile file = MappedFile.open(path)) {
      return SafetensorsModel.indexOf(file);
    }
  }

  /** What is in one file, which is no index: an index that names others may not go on for ever. */
  static Inspection inspectFile(Path path, ReadOptions options)
      throws CheckpointException, IOException {
    return look(
        path,
        options,
        file -> SafetensorsInspection.of(path, file),
        arrays -> NumpyInspection.of(path, arrays),
        file -> CheckpointInspection.of(path, file, options));
  }

  /**
   * Disassembles the pickles of a file, also broken ones up to where they break.
   *
   * @param path a file, or a member of an archive as {@code archive.zip!member}
   * @throws CheckpointException if one of them breaks, or the file is of a kind that has none
   * @throws IOException if it cannot be read
   */
  public static void disassemble(Path path, ReadOptions options, PickleListener listener)
      throws CheckpointException, IOException {
    if (indexOf(path) != null) {
      throw new UnsupportedException(
          Place.of(path),
          "this is an index, which has no pickles",
          new Remedy.Advice("name one of its files"));
    }
    look(
        path,
        options,
        file -> {
          throw new UnsupportedException(
              Place.of(path), "this is a safetensors file, which has no pickles", Remedy.NONE);
        },
        arrays -> {
          throw new UnsupportedException(
              Place.of(path),
              "this is a file of NumPy arrays, whose pickles are not shown",
              Remedy.NONE);
        },
        file -> {
          PickleStreams.read(
              file.container(), options, new PickleListing(options, listener, file.deadline()));
          return file;
        });
  }

  /** Work on something open. */
  @FunctionalInterface
  private interface Work<F, T> {
    T on(F file) throws CheckpointException, IOException;
  }

  /** Opens a file, which may be compressed or a member of an archive, as what it is. */
  private static <T> T look(
      Path path,
      ReadOptions options,
      Work<MappedFile, T> ofSafetensors,
      Work<FlatModel, T> ofArrays,
      Work<OpenCheckpoint, T> ofCheckpoint)
      throws CheckpointException, IOException {
    OpenSource source =
        OpenSource.open(path, options.limits(), options.comparesCrc(), ScratchFolder.TEMPORARY);
    if (isSafetensors(source)) {
      try (source) {
        return source.guarded(() -> ofSafetensors.on(source.file()));
      }
    }
    FlatModel arrays = arrays(source, options);
    if (arrays != null) {
      try (source) {
        return source.guarded(() -> ofArrays.on(arrays));
      }
    }
    try (OpenCheckpoint file = OpenCheckpoint.of(source, options)) {
      return file.guarded(() -> ofCheckpoint.on(file));
    }
  }

  private static @Nullable FlatModel arrays(OpenSource source, ReadOptions options)
      throws CheckpointException, IOException {
    try {
      return source
          .guarded(() -> Optional.ofNullable(NumpyTensors.in(source, options.limits())))
          .orElse(null);
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      source.close();
      throw e;
    }
  }

  private static boolean isSafetensors(OpenSource source) throws CheckpointException, IOException {
    try {
      return source.guarded(
          () -> source.archive() == null && SafetensorsModel.isOne(source.file()));
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      source.close();
      throw e;
    }
  }
}
