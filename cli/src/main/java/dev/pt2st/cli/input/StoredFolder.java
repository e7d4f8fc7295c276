package dev.pt2st.cli.input;

import dev.pt2st.ByteCount;
import dev.pt2st.CheckpointException;
import dev.pt2st.cli.terminal.ShellWord;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.convert.source.ModelFolder;
import dev.pt2st.io.Input;
import dev.pt2st.io.SourceException;
import dev.pt2st.io.SourceException.Reason;
import dev.pt2st.io.TemporaryFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A folder of a store that is one model. Its names, and a few small files, tell what it is before
 * anything else is fetched. A model in shards is read by its index. The parts of a checkpoint of
 * several processes are fetched into a private folder, and read from there.
 */
final class StoredFolder {
  /** Far more than a checkpoint of a thousand processes has. */
  private static final int MOST_FILES = 1 << 17;

  /** Of one that is looked at to tell what the folder is; each is read as a whole later. */
  private static final long LARGEST_SMALL = 256L << 20;

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
   * Opens it.
   *
   * @param files all below it
   * @param scratch the folder that the private one is made in
   */
  OpenInput open(List<Inputs.Listed> files, Path scratch) throws CheckpointException, IOException {
    if (files.size() > MOST_FILES) {
      throw refusal("it has more than " + MOST_FILES + " files");
    }
    Map<String, Inputs.Listed> byName = new HashMap<>();
    files.forEach(file -> byName.put(file.name(), file));
    Optional<Inputs.Listed> index;
    List<Inputs.Listed> parts;
    try (FetchedFolder outline = FetchedFolder.beside(scratch.resolve("outline"), address)) {
      reading.names().add(outline.root(), address.name());
      index = indexIn(outline, files, byName);
      parts = index.isPresent() ? List.of() : partsIn(outline, files);
    }
    if (index.isPresent()) {
      return inputs.open(index.get().address());
    }
    if (parts.isEmpty()) {
      throw refusal("it is a folder, and not one model");
    }
    if (reading.parts() == FolderReading.Parts.REFUSE) {
      long bytes = new FetchPlan(parts, List.of(), 0, List.of()).bytes();
      throw new SourceException(
          address.name(),
          Reason.REFUSED,
          "its "
              + parts.size()
              + " files ("
              + ByteCount.shown(bytes)
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

  private Optional<Inputs.Listed> indexIn(
      FetchedFolder outline, List<Inputs.Listed> files, Map<String, Inputs.Listed> byName)
      throws IOException {
    for (Inputs.Listed file : files) {
      if (!isSmall(file)) {
        outline.createEmpty(file);
      }
    }
    return ModelFolder.indexIn(outline.root())
        .map(path -> outline.root().relativize(path).toString())
        .flatMap(name -> Optional.ofNullable(byName.get(name)));
  }

  private List<Inputs.Listed> partsIn(FetchedFolder outline, List<Inputs.Listed> files)
      throws CheckpointException, IOException {
    List<Inputs.Listed> small = files.stream().filter(StoredFolder::isSmall).toList();
    outline.fetch(inputs, small, reading.connections());
    Set<Path> parts = Set.copyOf(ModelFolder.partsIn(outline.root(), reading.tag()));
    if (parts.isEmpty()) {
      return List.of();
    }
    // What says which folder is meant goes with the folder that is.
    return files.stream()
        .filter(file -> isSmall(file) || parts.contains(outline.root().resolve(file.name())))
        .toList();
  }

  private static boolean isSmall(Inputs.Listed file) {
    String name = file.name();
    return ModelFolder.isSmall(name.substring(name.lastIndexOf('/') + 1))
        && file.size() <= LARGEST_SMALL;
  }

  private OpenInput fetched(List<Inputs.Listed> parts, Path scratch) throws IOException {
    FetchedFolder fetched = FetchedFolder.resumable(scratch.resolve("checkpoint"), address);
    try {
      reading.names().add(fetched.root(), address.name());
      FetchPlan plan = new FetchPlan(parts, List.of(), 0, List.of());
      fetched.checkRoom(plan);
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
