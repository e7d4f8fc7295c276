package dev.pt2st.io;

import dev.pt2st.ByteCount;
import dev.pt2st.Durability;
import dev.pt2st.IfExists;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Files that appear under their names all or none. Each is written beside its target under a
 * temporary name; {@link #commit} renames them in the order in which they were made, so the one
 * that names the others (an index, the model of a sidecar) is made last. Where a rename fails, or a
 * signal stops the program between two of them, those already renamed are taken back and what they
 * had replaced comes back. Closing a group without a commit removes what was written.
 *
 * <pre>{@code
 * try (OutputGroup group = new OutputGroup(IfExists.REFUSE)) {
 *   AtomicOutput sidecar = group.create(Path.of("model.json"));
 *   sidecar.write(bytes, 0);
 *   AtomicOutput model = group.create(Path.of("model.safetensors"));
 *   model.write(more, 0);
 *   group.commit(Durability.WRITTEN);
 * }
 * }</pre>
 *
 * <p>A program that is killed outright (SIGKILL, power) between two renames leaves the first files
 * under their names and the others, with what was replaced, as {@code .pt2st-*.tmp} beside them.
 */
public final class OutputGroup implements AutoCloseable {
  private static final Set<PosixFilePermission> PRIVATE =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  private static final Set<PosixFilePermission> EXECUTE =
      Set.of(
          PosixFilePermission.OWNER_EXECUTE,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_EXECUTE);

  private final IfExists existing;
  private FileAttribute<?>[] attributes = {};
  private final List<AtomicOutput> outputs = new ArrayList<>();
  private final Map<Path, List<AtomicOutput>> byName = new HashMap<>();
  private final Set<Path> retired = new LinkedHashSet<>();

  /** The directories of all files of the group, each opened once. */
  private final Map<Path, OpenFolder> folders = new HashMap<>();

  /**
   * An empty group.
   *
   * @param existing what becomes of files that are there already
   */
  public OutputGroup(IfExists existing) {
    this.existing = existing;
  }

  /**
   * Lets the files that are opened from now on be read and written by nobody who may not do so with
   * another file, but for their owner.
   */
  public void asPrivateAs(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return; // where there are no such bits, a directory says who may read
    }
    Set<PosixFilePermission> mode = EnumSet.copyOf(PRIVATE);
    mode.addAll(view.readAttributes().permissions());
    mode.removeAll(EXECUTE);
    attributes = new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(mode)};
  }

  /**
   * Opens a file of the group.
   *
   * @throws IOException if it may not be written, see {@link AtomicOutput#check}, or is in the
   *     group already
   */
  public AtomicOutput create(Path target) throws IOException {
    AtomicOutput.check(target, existing);
    List<AtomicOutput> sameName =
        byName.computeIfAbsent(target.getFileName(), name -> new ArrayList<>());
    for (AtomicOutput other : sameName) {
      if (Files.isSameFile(other.directory(), AtomicOutput.directoryOf(target))) {
        throw new FileSystemException(
            target.toString(),
            null,
            "two outputs would have this name; name another for one of them");
      }
    }
    AtomicOutput output = AtomicOutput.create(folderOf(target), target, existing, attributes);
    outputs.add(output);
    sameName.add(output);
    return output;
  }

  private OpenFolder folderOf(Path file) throws IOException {
    Path directory = AtomicOutput.directoryOf(file);
    OpenFolder open = folders.get(directory);
    if (open == null) {
      open = OpenFolder.open(directory);
      folders.put(directory, open);
    }
    return open;
  }

  /**
   * Lets an older file go with the commit, before the first of the group gets its name. It may have
   * the name of one of the group: an old index must not stand beside new files for a moment.
   */
  public void retire(Path old) {
    retired.add(old);
  }

  /**
   * Gives all files their names.
   *
   * @param durability where they must be, and their names too, when this returns
   * @throws FileAlreadyExistsException if a file of such a name has come up and must not be
   *     replaced; then nothing has changed
   */
  public void commit(Durability durability) throws IOException {
    for (AtomicOutput output : outputs) {
      output.finish(durability);
    }
    Renames renames = new Renames();
    TemporaryFiles.beforeTheEnd(() -> {
      try {
        rename(renames);
      } catch (IOException e) {
        throw takenBack(renames, e);
      }
      renames.forget();
      outputs.forEach(AtomicOutput::markPlaced);
    });
    if (durability == Durability.SYNCED) {
      Set<Path> directories = new LinkedHashSet<>();
      outputs.forEach(output -> directories.add(output.directory()));
      for (Path directory : directories) {
        AtomicOutput.sync(directory);
      }
    }
  }

  private static IOException takenBack(Renames renames, IOException cause) {
    List<String> failed = renames.takeBack();
    if (failed.isEmpty()) {
      return cause;
    }
    String file = cause instanceof FileSystemException named ? named.getFile() : null;
    return new FileSystemException(
        file,
        null,
        cause.getMessage() + ", and not all could be undone: " + String.join(", ", failed));
  }

  private void rename(Renames renames) throws IOException {
    for (Path old : retired) {
      renames.retire(folderOf(old), old);
    }
    for (AtomicOutput output : outputs) {
      if (existing == IfExists.REFUSE) {
        renames.place(output.folder(), output.temporary(), output.target());
      } else if (output == outputs.getLast()) {
        // Nothing follows that could fail, so the name need not be without a file for a moment.
        renames.replaceForGood(output.folder(), output.temporary(), output.target());
      } else {
        renames.replace(output.folder(), output.temporary(), output.target());
      }
    }
  }

  /**
   * Says in words what a failed write means: where the disk is full, how much was wanted.
   *
   * @param wanted the bytes of all files of the group
   */
  public IOException explain(IOException failure, long wanted) {
    if (failure instanceof FileAlreadyExistsException || outputs.isEmpty()) {
      return failure;
    }
    String reason = failure.getMessage();
    Path target = outputs.getLast().target();
    if (failure instanceof FileSystemException named && named.getFile() != null) {
      reason = named.getReason();
      target = targetOf(named.getFile());
    }
    try {
      // What the system says of a full disk depends on its language; what is free does not.
      long usable = Files.getFileStore(AtomicOutput.directoryOf(target)).getUsableSpace();
      long written = 0;
      for (AtomicOutput output : outputs) {
        written += output.folder().attributes(output.temporary()).size();
      }
      if (usable < wanted - written || String.valueOf(reason).contains("No space left")) {
        reason =
            "the disk is full: the output needs "
                + ByteCount.shown(wanted)
                + " in all and "
                + ByteCount.shown(usable)
                + " more are free; make room";
      }
    } catch (IOException e) {
      // The first failure says enough.
    }
    return new FileSystemException(
        target.toString(), null, reason == null ? failure.toString() : reason);
  }

  /** What a message calls a file: nobody knows the temporary ones. */
  private Path targetOf(String file) {
    for (AtomicOutput output : outputs) {
      if (output.temporary().toString().equals(file)) {
        return output.target();
      }
    }
    return Path.of(file);
  }

  @Override
  public void close() throws IOException {
    IOException first = null;
    List<Closeable> all = new ArrayList<>();
    outputs.forEach(output -> all.add(output::close));
    folders.values().forEach(folder -> all.add(folder::close));
    for (Closeable each : all) {
      try {
        each.close();
      } catch (IOException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
