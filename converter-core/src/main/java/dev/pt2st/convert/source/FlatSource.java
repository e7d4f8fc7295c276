package dev.pt2st.convert.source;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.Remedy;
import dev.pt2st.ResourceName;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.OpenSource;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.planner.FlatModel;
import dev.pt2st.convert.planner.Planner;
import dev.pt2st.io.FileGuard;
import dev.pt2st.io.MappedFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Files with nothing but named tensors as an input.
 *
 * @param model the tensors
 * @param inputs the files on the disk
 * @param files the mapped files that hold the tensors
 * @param member the archive member that is read; empty if the input is the file itself
 * @param opened closed together with this source
 */
record FlatSource(
    FlatModel model, List<Path> inputs, List<MappedFile> files, String member, Closeable opened)
    implements TensorSource {
  FlatSource {
    inputs = List.copyOf(inputs);
    files = List.copyOf(files);
  }

  /** A source of the content of an input; closing it closes the input. */
  static FlatSource of(FlatModel model, OpenSource source) {
    Container.Archive archive = source.archive();
    MappedFile file = archive == null ? source.file() : archive.file();
    ResourceName input = source.input().name();
    return new FlatSource(
        model,
        source.input().path().stream().toList(),
        List.of(file),
        file.name().within(input),
        source::close);
  }

  /** Refuses a root option: a root is a part of a value, and such files have no value. */
  static void refuseRoot(ConvertOptions options, Place place) throws UnsupportedException {
    String root = options.root();
    if (!root.equals(ConvertOptions.AUTO_ROOT) && !root.equals(ConvertOptions.ALL_ROOT)) {
      throw new UnsupportedException(
          place,
          "it holds nothing but named tensors, so there is no root \"" + root + "\" in it",
          new Remedy.Advice("choose tensors by their names instead"));
    }
  }

  @Override
  public Plan plan(ConvertOptions options) throws CheckpointException, IOException {
    refuseRoot(options, model.place());
    return guarded(() -> Planner.plan(model, options).withMember(member, List.of()));
  }

  @Override
  public @Nullable Checkpoint checkpoint() {
    return null;
  }

  @Override
  public <T> T guarded(FileGuard.Step<T> step) throws CheckpointException, IOException {
    return FileGuard.guarded(files, step);
  }

  @Override
  public void close() throws IOException {
    opened.close();
  }
}
