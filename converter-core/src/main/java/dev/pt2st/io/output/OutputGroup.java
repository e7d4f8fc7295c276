package dev.pt2st.io.output;

import dev.pt2st.ByteCount;
import dev.pt2st.Durability;
import dev.pt2st.IfExists;
import dev.pt2st.io.AtomicOutput;
import dev.pt2st.io.OpenFolder;
import dev.pt2st.io.TemporaryFiles;
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
 * Files that appear under their names all together or not at all. Each is written next to its
 * target under a temporary name. {@link #commit} renames them in the order of creation, so the file
 * that refers to the others (an index, the model of a sidecar) must be created last. If a rename
 * fails, or a signal stops the program between two renames, the earlier renames are undone and
 * replaced files are restored. Closing a group without a commit deletes what was written.
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
 * <p>If the program is killed outright (SIGKILL, power loss) between two renames, the first files
 * have their names. The others, and the replaced files, are left next to them as {@code
 * .pt2st-*.tmp}.
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
   * @param existing what to do with files that exist already
   */
  public OutputGroup(IfExists existing) {
    this.existing = existing;
  }

  /**
   * Restricts the permissions of files that are opened from now on to those of another file, apart
   * from the owner's.
   */
  public void asPrivateAs(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return; // without permission bits, the directory decides who may read
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
   * Removes an older file with the commit, before the first file of the group gets its name. It may
   * have the same name as a file of the group. So an old index never refers to new files, not even
   * for a moment.
   */
  public void retire(Path old) {
    retired.add(old);
  }

  /**
   * Gives all files their names.
   *
   * @param durability when the files and their names count as written
   * @throws FileAlreadyExistsException if a file of such a name has appeared and must not be
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
        // No later step can fail, so the old file can be replaced directly, without a moment
        // without a file.
        renames.replaceForGood(output.folder(), output.temporary(), output.target());
      } else {
        renames.replace(output.folder(), output.temporary(), output.target());
      }
    }
  }

  /**
   * Explains a failed write: if the disk is full, how much is needed.
   *
   * @param wanted the total bytes of all files of the group
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
      // The system's message for a full disk depends on its language; the free space does not.
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
      // The first failure is enough.
    }
    return new FileSystemException(
        target.toString(), null, reason == null ? failure.toString() : reason);
  }

  /** The target of a file for messages: the user does not know the temporary names. */
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
