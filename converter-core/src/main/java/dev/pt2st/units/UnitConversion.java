package dev.pt2st.units;

import dev.pt2st.CheckpointException;
import dev.pt2st.IfExists;
import dev.pt2st.ResourceName;
import dev.pt2st.convert.Conversion;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.WriteOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.io.FileGuard;
import dev.pt2st.io.Input;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.source.FetchOptions;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.io.source.Store;
import dev.pt2st.io.source.Upload;
import dev.pt2st.units.UnitOutcome.Converted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Converts the file of a unit. If the work was done before and its result was lost, the output
 * exists already. In this case it is made again, compared byte for byte, and left unchanged. Other
 * files are never replaced.
 */
final class UnitConversion {
  private static final int PIECE = 4 << 20;

  private final UnitStores stores;
  private final FetchOptions fetching;

  UnitConversion(UnitStores stores, FetchOptions fetching) {
    this.stores = stores;
    this.fetching = fetching;
  }

  UnitOutcome convert(WorkUnit unit, Input input) throws CheckpointException, IOException {
    if (ResourceName.isAddress(unit.target())) {
      return inFolder(ScratchFolder.TEMPORARY.directory(), unit, input);
    }
    Path target = Path.of(unit.target()).toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null) {
      throw new IOException(target + ": names no file");
    }
    Files.createDirectories(folder);
    try (Conversion conversion = Conversion.open(input, unit.options().convert())) {
      Plan plan = conversion.plan();
      if (files(plan, target).stream().noneMatch(Files::exists)) {
        conversion.write(target, WriteOptions.STANDARD, ProgressListener.NONE);
        return converted(plan, files(plan, target).stream().map(Path::toString).toList());
      }
    }
    return inFolder(folder, unit, input);
  }

  /** The files of an output, the index last: a reader who finds the index also finds the shards. */
  private static List<Path> files(Plan plan, Path output) {
    List<Path> files = new ArrayList<>(plan.paths(output));
    plan.indexPath(output).ifPresent(files::add);
    return files;
  }

  private static Converted converted(Plan plan, List<String> files) {
    return new Converted(files, plan.tensors().size(), plan.dataBytes());
  }

  /** Converts into a temporary folder, and moves the files to their place. */
  private UnitOutcome inFolder(Path beside, WorkUnit unit, Input input)
      throws CheckpointException, IOException {
    Path folder = Files.createTempDirectory(beside, ".pt2st-unit-");
    try {
      int slash = unit.target().lastIndexOf('/');
      Path output = folder.resolve(unit.target().substring(slash + 1));
      Plan plan;
      try (Conversion conversion = Conversion.open(input, unit.options().convert())) {
        plan = conversion.write(output, WriteOptions.STANDARD, ProgressListener.NONE).plan();
      }
      List<String> written = new ArrayList<>();
      List<Upload> uploads = new ArrayList<>();
      try {
        for (Path file : files(plan, output)) {
          String target = unit.target().substring(0, slash + 1) + file.getFileName();
          written.add(target);
          if (ResourceName.isAddress(target)) {
            send(stores.store(target), file, target, uploads);
          } else if (!isSame(file, Input.of(Path.of(target)))) {
            throw exists(target);
          }
        }
        for (Upload upload : uploads) {
          upload.commit();
        }
      } finally {
        for (Upload upload : uploads) {
          upload.close();
        }
      }
      return converted(plan, written);
    } finally {
      try (var files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  private static IOException exists(String target) {
    return new SourceException(
        new ResourceName(target),
        Reason.EXISTS,
        "another file is there already, and is not replaced");
  }

  private void send(Store store, Path file, String target, List<Upload> uploads)
      throws CheckpointException, IOException {
    try (RangeSource there = store.open(target)) {
      if (!isSame(file, Input.of(there, fetching))) {
        throw exists(target);
      }
      return;
    } catch (SourceException e) {
      if (e.reason() != Reason.MISSING) {
        throw e;
      }
    }
    try (MappedFile bytes = MappedFile.openBytes(file)) {
      Upload upload = store.begin(target, bytes.size(), IfExists.REFUSE, Map.of());
      uploads.add(upload);
      ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE, bytes.size()));
      for (long at = 0; at < bytes.size(); at += piece.limit()) {
        read(bytes, piece, at);
        upload.write(piece, at);
      }
      upload.finish();
    }
  }

  private static boolean isSame(Path file, Input there) throws CheckpointException, IOException {
    try (MappedFile one = MappedFile.openBytes(file);
        MappedFile other = MappedFile.open(there, ScratchFolder.TEMPORARY)) {
      return one.size() == other.size()
          && FileGuard.guarded(
              List.of(other, one),
              () -> {
                other.willReadAll();
                ByteBuffer ours = ByteBuffer.allocate((int) Math.min(PIECE, one.size()));
                ByteBuffer theirs = ByteBuffer.allocate(ours.capacity());
                for (long at = 0; at < one.size(); at += ours.limit()) {
                  read(one, ours, at);
                  read(other, theirs, at);
                  if (!ours.equals(theirs)) {
                    return false;
                  }
                }
                return true;
              });
    }
  }

  private static void read(MappedFile file, ByteBuffer piece, long at) throws IOException {
    piece.clear().limit((int) Math.min(piece.capacity(), file.size() - at));
    file.read(piece, at);
    piece.flip();
  }
}
