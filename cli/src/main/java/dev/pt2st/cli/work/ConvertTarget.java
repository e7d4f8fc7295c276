package dev.pt2st.cli.work;

import dev.pt2st.ResourceName;
import dev.pt2st.archive.Containers;
import dev.pt2st.archive.SourcePath;
import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.terminal.ShellWord;
import dev.pt2st.convert.source.ModelFolder;
import dev.pt2st.migrate.names.TargetNames;
import dev.pt2st.safetensors.ShardNames;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An input of {@code convert} and its output, which is named by the user or derived from the
 * input's name as {@code migrate} does.
 *
 * @param folder the folder for the output, if the user named one; else null
 * @param isNamed whether the user named the output itself
 * @param upload where the output goes if that is remote; the output is then only a name
 */
public record ConvertTarget(
    Location input,
    Path output,
    @Nullable Path folder,
    boolean isNamed,
    Location.@Nullable Address upload) {
  /** The last part of an address that can become a file name: not a folder, and not hidden. */
  private static final Pattern FILE_NAME =
      Pattern.compile("[^.\\\\/:\\p{Cntrl}][^\\\\/:\\p{Cntrl}]*");

  private static final String INDEX_END = ".index.json";

  /** The file name extensions of inputs, except those of archives and arrays. */
  private static final Pattern CHECKPOINT =
      Pattern.compile(
          "(?is).+\\.(?:pt|pth|bin|ckpt|pkl|pickle|p|pt2|ptl|th|t7|pyth|joblib|distcp|nemo|mar)");

  /**
   * The targets of a command line.
   *
   * @param files the positional arguments: inputs, optionally followed by an output
   * @param out the value of {@code --out}; null without it
   * @throws IllegalArgumentException if two outputs would have the same name, or an input needs an
   *     output that is not named
   */
  public static List<ConvertTarget> of(List<String> files, @Nullable String out) {
    List<String> inputs = files;
    String target = out;
    if (out == null && files.size() > 1 && isOutput(files)) {
      inputs = files.subList(0, files.size() - 1);
      target = files.getLast();
    }
    List<ConvertTarget> targets = new ArrayList<>();
    boolean several = inputs.size() > 1;
    if (several && target != null && !isFolder(target) && isThere(target)) {
      throw new IllegalArgumentException(
          target + " is a file; several checkpoints need a folder for their outputs");
    }
    for (String input : inputs) {
      targets.add(of(Location.of(input), target, several));
    }
    refuseSameOutput(targets);
    return targets;
  }

  /**
   * Whether the last argument is the output. Of two arguments the second is. Of more, the last is
   * only if it is a folder, since they are usually the expansion of a shell pattern.
   */
  private static boolean isOutput(List<String> files) {
    return files.size() == 2 || isFolder(files.getLast());
  }

  /** Whether a name is a folder, or can only be one. */
  private static boolean isFolder(String name) {
    return name.endsWith("/")
        || name.endsWith(File.separator)
        || (!Location.isAddress(name) && Files.isDirectory(Path.of(name)));
  }

  private static boolean isThere(String name) {
    return !Location.isAddress(name) && Files.exists(Path.of(name));
  }

  /** A remote output; if the target ends with a slash, it is a folder for the output's name. */
  private static ConvertTarget upload(Location input, String target, boolean several) {
    boolean isFolder = several || target.endsWith("/");
    String uri = !isFolder || target.endsWith("/") ? target : target + "/";
    String name = isFolder ? outputName(input) : uri.substring(uri.lastIndexOf('/') + 1);
    Location.Address address = (Location.Address) Location.of(isFolder ? uri + name : uri);
    return new ConvertTarget(input, Path.of(name), null, !isFolder, address);
  }

  /** The same target with a local output, which is uploaded from there. */
  public ConvertTarget inFolder(Path folder) {
    return new ConvertTarget(input, folder.resolve(output), null, isNamed, null);
  }

  /** The name of the output in messages and reports. */
  public ResourceName outputName() {
    return upload == null ? ResourceName.of(output) : upload.name();
  }

  private static ConvertTarget of(Location input, @Nullable String target, boolean several) {
    if (target != null && Location.isAddress(target)) {
      return upload(input, target, several);
    }
    if (target != null && (several || isFolder(target))) {
      Path folder = Path.of(target);
      return new ConvertTarget(input, folder.resolve(outputName(input)), folder, false, null);
    }
    if (target != null) {
      return new ConvertTarget(input, Path.of(target), null, true, null);
    }
    String name = fileName(input);
    if (isSafetensors(name)) {
      throw new IllegalArgumentException(
          input + " is named as a safetensors file already: name the output, or a folder for it");
    }
    Path output =
        switch (input) {
          case Location.OnDisk file ->
              SourcePath.of(file.path()).file().resolveSibling(outputName(input));
          case Location.Address address -> Path.of(outputName(address));
        };
    return new ConvertTarget(input, output, null, false, null);
  }

  /** Refuses an input that is a folder and not one model. */
  public void refuseFolder() throws IOException {
    if (input instanceof Location.OnDisk(Path path)
        && Files.isDirectory(path)
        && !ModelFolder.isModel(path)) {
      throw new FileSystemException(
          path.toString(),
          null,
          "is a directory; to convert every checkpoint in it: pt2st migrate "
              + ShellWord.file(path.toString())
              + (folder == null ? "" : " --out " + ShellWord.file(folder.toString())));
    }
  }

  private static boolean isOther(Location input, Path output) throws IOException {
    return switch (input) {
      case Location.OnDisk(Path path) -> Files.exists(path) && !Files.isSameFile(path, output);
      case Location.Address address -> true;
    };
  }

  /**
   * Refuses an output that was probably meant as a second input: it is a checkpoint, or it does not
   * exist and has the name of one.
   */
  public void refuseSecondInput() throws IOException {
    boolean isPair = isNamed && upload == null;
    if (isPair && !Files.exists(output) && isNamedAsCheckpoint(output)) {
      throw new FileSystemException(
          output.toString(),
          null,
          "there is no such checkpoint, and an output is not a checkpoint: check the name if it was meant"
              + " as an input, or let the output end in "
              + ShardNames.EXTENSION);
    }
    if (!isPair || !Files.isRegularFile(output) || !isOther(input, output)) {
      return;
    }
    byte[] first;
    try (InputStream file = Files.newInputStream(output)) {
      first = file.readNBytes(Containers.SNIFFED);
    }
    if (Containers.mayBeCheckpoint(first) && !Containers.isSafetensors(first)) {
      throw new FileSystemException(
          output.toString(),
          null,
          "is there already and is a checkpoint, so it is not replaced; to convert both: pt2st convert "
              + ShellWord.file(input.toString())
              + " "
              + ShellWord.file(output.toString())
              + " --out DIR");
    }
  }

  /** Whether a file has a name that only checkpoints have. */
  public static boolean isNamedAsCheckpoint(Path file) {
    return CHECKPOINT.matcher(String.valueOf(file.getFileName())).matches();
  }

  private static boolean isSafetensors(String name) {
    return name.endsWith(ShardNames.EXTENSION) || name.endsWith(ShardNames.EXTENSION + INDEX_END);
  }

  /** The file name of an input, or of the archive member that it is. */
  private static String fileName(Location input) {
    return switch (input) {
      case Location.OnDisk file -> fileName(file.path());
      case Location.Address address -> lastName(address.fileName());
    };
  }

  private static String fileName(Path input) {
    SourcePath source = SourcePath.of(input);
    String name = source.member();
    return name.isEmpty()
        ? String.valueOf(source.file().toAbsolutePath().normalize().getFileName())
        : lastName(name);
  }

  private static String lastName(String name) {
    return name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('!')) + 1);
  }

  private static String outputName(Location input) {
    String name = fileName(input);
    if (input instanceof Location.Address && !FILE_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          input + " gives no name for a file: name the output with --out");
    }
    String whole =
        name.endsWith(INDEX_END) ? name.substring(0, name.length() - INDEX_END.length()) : name;
    return isSafetensors(whole) ? whole : TargetNames.of(whole);
  }

  private static void refuseSameOutput(List<ConvertTarget> targets) {
    Map<Path, ConvertTarget> byOutput = new HashMap<>();
    for (ConvertTarget target : targets) {
      Path output = target.output.toAbsolutePath().normalize();
      ConvertTarget other = byOutput.putIfAbsent(output, target);
      if (other != null) {
        throw new IllegalArgumentException(
            other.input
                + " and "
                + target.input
                + " would both be written to "
                + target.outputName()
                + ": convert them one by one");
      }
    }
  }
}
