package dev.pt2st.safetensors;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The names of a model's files, as Hugging Face makes them ({@code _torch.py} of {@code
 * huggingface_hub/serialization}): {@code x.safetensors} for a single file, or {@code
 * x-00001-of-00003.safetensors} and so on with {@code x.safetensors.index.json}.
 */
public final class ShardNames {
  /** The extension that a model's name must have so that names of shards can be made from it. */
  public static final String EXTENSION = ".safetensors";

  private static final String INDEX_EXTENSION = ".index.json";

  private final Path whole;
  private final String name;
  private final String stem;

  /**
   * The names of the files of a model.
   *
   * @param whole its name as one file
   * @throws IllegalArgumentException if {@link #areMadeFrom} is false
   */
  public ShardNames(Path whole) {
    if (!areMadeFrom(whole)) {
      throw new IllegalArgumentException(whole + " does not end in " + EXTENSION);
    }
    this.whole = whole;
    this.name = String.valueOf(whole.getFileName());
    this.stem = name.substring(0, name.length() - EXTENSION.length());
  }

  /** Whether names of shards can be made from a name, that is, it ends in {@link #EXTENSION}. */
  public static boolean areMadeFrom(Path whole) {
    String name = String.valueOf(whole.getFileName());
    return name.endsWith(EXTENSION) && name.length() > EXTENSION.length();
  }

  /** The one file of a model that is not split. */
  public Path whole() {
    return whole;
  }

  /**
   * A shard.
   *
   * @param number from 1
   * @param count how many shards there are
   */
  public Path shard(int number, int count) {
    String counted = String.format(Locale.ROOT, "-%05d-of-%05d", number, count);
    return whole.resolveSibling(stem + counted + EXTENSION);
  }

  /** The file that says which tensor is in which shard. */
  public Path index() {
    return whole.resolveSibling(name + INDEX_EXTENSION);
  }

  /**
   * The file to open for a model of this name. This is the index if only shards exist, since it is
   * not known before a conversion whether one file is enough. Otherwise it is the name itself.
   */
  public static Path toOpen(Path whole) {
    if (!areMadeFrom(whole) || isFile(whole)) {
      return whole;
    }
    Path index = new ShardNames(whole).index();
    return isFile(index) ? index : whole;
  }

  /**
   * The existing files of the model, for any number of shards. The index is first, if there is one:
   * once it is deleted, nothing takes the others for a model.
   *
   * @throws IOException if the directory cannot be read
   */
  public List<Path> existing() throws IOException {
    List<Path> found = new ArrayList<>();
    if (isFile(index())) {
      found.add(index());
    }
    if (isFile(whole)) {
      found.add(whole);
    }
    Pattern shard = Pattern.compile(Pattern.quote(stem) + "-\\d{5,}-of-\\d{5,}\\.safetensors");
    Path directory = whole.toAbsolutePath().getParent();
    if (directory == null) {
      return found;
    }
    List<Path> shards = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            directory, file -> shard.matcher(String.valueOf(file.getFileName())).matches())) {
      for (Path file : files) {
        if (isFile(file)) {
          shards.add(whole.resolveSibling(String.valueOf(file.getFileName())));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    shards.sort(null);
    found.addAll(shards);
    return found;
  }

  /**
   * Whether a path is a file, or a link to anything. A directory of such a name is not part of the
   * model.
   */
  private static boolean isFile(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(path);
  }
}
