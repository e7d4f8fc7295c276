package dev.pt2st.cli;

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
 * An input of {@code convert} and the output that it gets: named by the user, or made from the
 * input's name as {@code migrate} makes it.
 *
 * @param folder that the output goes into, if the user has named one; null if not
 * @param isNamed whether the user has named the output itself
 * @param upload where the output goes if that is not on this disk: the output is then a name alone
 */
record ConvertTarget(
    Location input,
    Path output,
    @Nullable Path folder,
    boolean isNamed,
    Location.@Nullable Address upload) {
  /** What an address may end in for a file to be named so: no folder, and nothing hidden. */
  private static final Pattern FILE_NAME =
      Pattern.compile("[^.\\\\/:\\p{Cntrl}][^\\\\/:\\p{Cntrl}]*");

  private static final String INDEX_END = ".index.json";

  /** The endings of what is read, but for those of archives and of arrays. */
  private static final Pattern CHECKPOINT =
      Pattern.compile(
          "(?is).+\\.(?:pt|pth|bin|ckpt|pkl|pickle|p|pt2|ptl|th|t7|pyth|joblib|distcp|nemo|mar)");

  /**
   * What a command line means.
   *
   * @param files the words of it that are no options: inputs, and perhaps an output behind them
   * @param out what {@code --out} says; null without it
   * @throws IllegalArgumentException if two outputs would have one name, or an input needs one that
   *     is not named
   */
  static List<ConvertTarget> of(List<String> files, @Nullable String out) {
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
   * Of two words the second is the output. Of more it is so if it is a folder: as a rule they are
   * what the shell made of a pattern.
   */
  private static boolean isOutput(List<String> files) {
    return files.size() == 2 || isFolder(files.getLast());
  }

  /** A folder, or what can be nothing else. */
  private static boolean isFolder(String name) {
    return name.endsWith("/")
        || name.endsWith(File.separator)
        || (!Location.isAddress(name) && Files.isDirectory(Path.of(name)));
  }

  private static boolean isThere(String name) {
    return !Location.isAddress(name) && Files.exists(Path.of(name));
  }

  /** An output that is not on this disk: its name, below a folder that ends with a slash. */
  private static ConvertTarget upload(Location input, String target, boolean several) {
    boolean isFolder = several || target.endsWith("/");
    String uri = !isFolder || target.endsWith("/") ? target : target + "/";
    String name = isFolder ? outputName(input) : uri.substring(uri.lastIndexOf('/') + 1);
    Location.Address address = (Location.Address) Location.of(isFolder ? uri + name : uri);
    return new ConvertTarget(input, Path.of(name), null, !isFolder, address);
  }

  /** The same with an output on this disk, from where it is sent. */
  ConvertTarget inFolder(Path folder) {
    return new ConvertTarget(input, folder.resolve(output), null, isNamed, null);
  }

  /** What messages and reports call the output. */
  ResourceName outputName() {
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

  /** Says that an input is a folder, if it is not one model. */
  void refuseFolder() throws IOException {
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
   * Of two names the second is the output; a checkpoint there was meant as an input too, and so was
   * one that is not there, but has the name of one.
   */
  void refuseSecondInput() throws IOException {
    boolean isPair = isNamed && upload == null;
    if (isPair && !Files.exists(output) && isNamedAsCheckpoint(output)) {
      throw new FileSystemException(
          output.toString(),
          null,
          "there is no such checkpoint, and an output is no checkpoint: check the name if it was meant"
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

  /** Whether a file has a name that only checkpoints are given. */
  static boolean isNamedAsCheckpoint(Path file) {
    return CHECKPOINT.matcher(String.valueOf(file.getFileName())).matches();
  }

  private static boolean isSafetensors(String name) {
    return name.endsWith(ShardNames.EXTENSION) || name.endsWith(ShardNames.EXTENSION + INDEX_END);
  }

  /** The name of an input, or of the member of an archive that it is. */
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
