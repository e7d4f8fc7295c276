package dev.pt2st.convert.source;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.archive.ArchiveFormat;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.OpenSource;
import dev.pt2st.archive.ZipArchive;
import dev.pt2st.archive.ZipEntry;
import dev.pt2st.convert.names.KeyPath;
import dev.pt2st.convert.names.NamedTensor;
import dev.pt2st.convert.planner.FlatModel;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.RecordBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The arrays of NumPy's own files: {@code .npy} of {@code numpy.save}, and {@code .npz} of {@code
 * numpy.savez}, a ZIP of such ({@code numpy/lib/_npyio_impl.py}).
 */
public final class NumpyTensors {
  private static final String EXTENSION = ".npy";

  /** The name of the tensor of a {@code .npy} file. */
  private static final String ALONE = "tensor";

  private NumpyTensors() {}

  /**
   * The arrays of a {@code .npy} or {@code .npz} file. Arrays of objects and texts are included as
   * tensors that cannot be converted.
   *
   * @param source must stay open as long as the result is used
   * @return null if it is another kind of file; a ZIP counts if all its entries end in {@code .npy}
   * @throws CheckpointException if NumPy does not write such an array, or a limit is passed
   */
  public static @Nullable FlatModel in(OpenSource source, Limits limits)
      throws CheckpointException {
    Container.Archive archive = source.archive();
    if (archive != null) {
      return archive.format() == ArchiveFormat.ZIP ? inArchive(archive.file(), limits) : null;
    }
    MappedFile file = source.file();
    if (!NpyArray.isOne(file.start(0, NpyArray.MAGIC.length()))) {
      return null;
    }
    ByteSource.Stored bytes =
        new ByteSource.Stored(ALONE, file, 0, file.size(), OptionalInt.empty());
    return model(
        file, "NumPy .npy", List.of(named(ALONE, NpyArray.of(bytes, Place.of(file.name())))));
  }

  private static @Nullable FlatModel inArchive(MappedFile file, Limits limits)
      throws CheckpointException {
    ZipArchive zip = ZipArchive.read(file, limits);
    if (zip.entries().isEmpty()
        || !zip.entries().stream().allMatch(entry -> entry.name().endsWith(EXTENSION))) {
      return null;
    }
    List<NamedTensor> tensors = new ArrayList<>();
    for (ZipEntry entry : zip.entries()) {
      Place place = Place.of(file.name()).inEntry(entry.name());
      if (entry.bytes() instanceof ByteSource.Deflated deflated) {
        RecordBytes.checkRatio(deflated, limits, place);
      }
      String name = entry.name().substring(0, entry.name().length() - EXTENSION.length());
      tensors.add(named(name, NpyArray.of(entry.bytes(), place)));
    }
    return model(file, "NumPy .npz", tensors);
  }

  private static NamedTensor named(String name, NpyArray array) {
    return new NamedTensor(name, KeyPath.TOP.child(name), array.tensor());
  }

  private static FlatModel model(MappedFile file, String layout, List<NamedTensor> tensors) {
    return FlatModel.of(layout, Place.of(file.name()), file.size(), tensors);
  }
}
