package dev.pt2st.cli.input;

import dev.pt2st.ByteCount;
import dev.pt2st.CheckpointException;
import dev.pt2st.cli.terminal.ShellWord;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.convert.source.ModelFolder;
import dev.pt2st.io.Input;
import dev.pt2st.io.TemporaryFiles;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A remote folder that is one model. Its file names and a few small files show what it is before
 * anything else is fetched. A sharded model is read through its index. The parts of a checkpoint of
 * several processes are fetched into a private folder and read from there.
 */
final class StoredFolder {
  /** Far more than a checkpoint of a thousand processes has. */
  private static final int MOST_FILES = 1 << 17;

  /** The maximum number of folders below it, each of which is created locally. */
  private static final int MOST_FOLDERS = 1 << 17;

  /** The maximum total size, in bytes, of the files that are read to detect what the folder is. */
  private static final long MOST_LOOKED_AT = 256L << 20;

  /**
   * A file that only a distributed checkpoint has, so that its {@code .metadata} need not be read.
   */
  private static final Pattern ITEM = Pattern.compile(".*\\.distcp", Pattern.DOTALL);

  private final Inputs inputs;
  private final FolderReading reading;
  private final Terminal terminal;
  private final Location.Address address;

  StoredFolder(Inputs inputs, FolderReading reading, Terminal terminal, Location.Address address) {
    this.inputs = inputs;
    this.reading = reading;
    this.terminal = terminal;
    this.address = address;
  }

  /**
   * Opens the folder.
   *
   * @param files all files below it
   * @param scratch the parent of the private folder
   */
  OpenInput open(List<Inputs.Listed> files, Path scratch) throws CheckpointException, IOException {
    if (files.size() > MOST_FILES) {
      throw refusal("it has more than " + MOST_FILES + " files");
    }
    if (folders(files) > MOST_FOLDERS) {
      throw refusal("it has more than " + MOST_FOLDERS + " folders");
    }
    Set<Inputs.Listed> small = small(files);
    Optional<Inputs.Listed> index;
    List<Inputs.Listed> parts;
    try (FetchedFolder outline = FetchedFolder.beside(scratch.resolve("outline"), address)) {
      reading.names().add(outline.root(), address.name());
      index = indexIn(outline, files, small);
      parts = index.isPresent() ? List.of() : partsIn(outline, files, small);
    }
    if (index.isPresent()) {
      return inputs.open(index.get().address());
    }
    if (parts.isEmpty()) {
      throw refusal("it is a folder, and not one model");
    }
    if (reading.parts() == FolderReading.Parts.REFUSE) {
      throw new SourceException(
          address.name(),
          Reason.REFUSED,
          "its "
              + parts.size()
              + " files ("
              + ByteCount.shown(FetchPlan.bytes(parts))
              + ") would all be fetched to tell what is in it; convert it without --dry-run");
    }
    return fetched(parts, scratch);
  }

  private SourceException refusal(String reason) {
    return new SourceException(
        address.name(),
        Reason.REFUSED,
        reason
            + "; to convert every checkpoint in it: pt2st migrate "
            + ShellWord.file(address.toString())
            + " --out DIR");
  }

  /** How many folders are below it; the files must be in the order of their names. */
  private static long folders(List<Inputs.Listed> files) {
    long folders = 0;
    String before = "";
    for (Inputs.Listed file : files) {
      String name = file.name();
      int shared = 0;
      while (shared < Math.min(name.length(), before.length())
          && name.charAt(shared) == before.charAt(shared)) {
        shared++;
      }
      folders += name.substring(shared).chars().filter(c -> c == '/').count();
      before = name;
    }
    return folders;
  }

  /** The files whose content is read to detect what the folder is. */
  private Set<Inputs.Listed> small(List<Inputs.Listed> files) throws IOException {
    Set<String> distributed = new HashSet<>();
    for (Inputs.Listed file : files) {
      if (ITEM.matcher(file.name()).matches()) {
        distributed.add(folder(file));
      }
    }
    Set<Inputs.Listed> small = new HashSet<>();
    long bytes = 0;
    for (Inputs.Listed file : files) {
      String name = file.name().substring(folder(file).length());
      if (ModelFolder.isSmall(name) && !distributed.contains(folder(file))) {
        small.add(file);
        bytes += Math.min(file.size(), MOST_LOOKED_AT + 1);
      }
    }
    if (bytes > MOST_LOOKED_AT) {
      throw refusal(
          "to tell what it is more than " + ByteCount.shown(MOST_LOOKED_AT) + " would be fetched");
    }
    return small;
  }

  /** The subfolder of a file, with a trailing slash; empty for a file directly in the folder. */
  private static String folder(Inputs.Listed file) {
    return file.name().substring(0, file.name().lastIndexOf('/') + 1);
  }

  private static Optional<Inputs.Listed> indexIn(
      FetchedFolder outline, List<Inputs.Listed> files, Set<Inputs.Listed> small)
      throws IOException {
    for (Inputs.Listed file : files) {
      if (!small.contains(file)) {
        outline.createEmpty(file);
      }
    }
    return ModelFolder.indexIn(outline.root())
        .map(path -> outline.root().relativize(path).toString())
        .flatMap(name -> files.stream().filter(file -> file.name().equals(name)).findFirst());
  }

  private List<Inputs.Listed> partsIn(
      FetchedFolder outline, List<Inputs.Listed> files, Set<Inputs.Listed> small)
      throws CheckpointException, IOException {
    outline.fetch(inputs, List.copyOf(small), reading.connections());
    Set<Path> parts = Set.copyOf(ModelFolder.partsIn(outline.root(), reading.tag()));
    if (parts.isEmpty()) {
      return List.of();
    }
    // The small files are included: one of them may say which subfolder is meant.
    return files.stream()
        .filter(file -> small.contains(file) || parts.contains(outline.root().resolve(file.name())))
        .toList();
  }

  private OpenInput fetched(List<Inputs.Listed> parts, Path scratch) throws IOException {
    FetchedFolder fetched = FetchedFolder.resumable(scratch.resolve("checkpoint"), address);
    try {
      reading.names().add(fetched.root(), address.name());
      reading.check().of(Input.of(fetched.root()));
      fetched.checkRoom(FetchPlan.bytes(parts), reading.parts());
      fetched.fetch(inputs, parts, reading.connections());
    } catch (IOException | RuntimeException e) {
      fetched.tellKept(terminal, address);
      fetched.close();
      throw e;
    }
    return new OpenInput(
        Input.of(fetched.root()),
        () -> {
          if (!TemporaryFiles.isStopping()) {
            fetched.setDone();
          }
          fetched.close();
        });
  }
}
