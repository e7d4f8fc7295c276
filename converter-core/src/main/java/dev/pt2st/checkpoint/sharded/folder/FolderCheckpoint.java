package dev.pt2st.checkpoint.sharded.folder;

import dev.pt2st.io.TemporaryFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder that is one checkpoint as a whole. It is recognised by file names that only one program
 * writes, and by the content of {@code .metadata}; its parts are not read for this.
 *
 * @param folder the folder of its parts
 */
public record FolderCheckpoint(Path folder, FolderKind kind) {
  /** {@code _metadata_fn} of {@code torch/distributed/checkpoint/filesystem.py}. */
  public static final String METADATA = ".metadata";

  private static final int PROTO = 0x80;
  private static final String MEGATRON_MODEL = "model_optim_rng.pt";
  private static final String UNIVERSAL_PARAMETERS = "zero";
  private static final String UNIVERSAL_VALUES = "fp32.pt";
  static final String MEGATRON_FORMAT = "metadata.json";

  /** The longest JSON of Megatron-core that is read; it has about 100 bytes. */
  private static final int LONGEST_FORMAT = 1 << 12;

  /**
   * Recognises a folder.
   *
   * @return empty if its files are independent of each other, or it is not a folder
   * @throws IOException if it cannot be read
   */
  public static Optional<FolderCheckpoint> in(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    return Optional.ofNullable(kindOf(folder)).map(kind -> new FolderCheckpoint(folder, kind));
  }

  /**
   * Its files in the order of their names: parts, and files that such a checkpoint may have beside
   * them.
   *
   * @throws IOException if the folder cannot be read
   */
  public List<Path> parts() throws IOException {
    List<Path> parts = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          if (kind.isPartFolder(name)) {
            addAll(entry, parts);
          }
        } else if (kind.isPart(name)
            && TemporaryFiles.ownerOf(name).isEmpty()
            && Files.isRegularFile(entry)) {
          parts.add(entry);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    parts.sort(null);
    return parts;
  }

  private static void addAll(Path folder, List<Path> parts) throws IOException {
    try (Stream<Path> below = Files.walk(folder)) {
      below.filter(Files::isRegularFile).forEach(parts::add);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static @Nullable FolderKind kindOf(Path folder) throws IOException {
    FolderNames names = new FolderNames();
    boolean megatron = false;
    boolean universal = false;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (FolderKind.MEGATRON.isPartFolder(name)) {
          megatron |= Files.exists(entry.resolve(MEGATRON_MODEL));
        } else if (name.equals(UNIVERSAL_PARAMETERS)) {
          universal = isUniversal(entry);
        } else {
          names.add(name);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    if (names.hasItems() || isPickle(folder.resolve(METADATA))) {
      return FolderKind.DCP;
    }
    if (megatron) {
      return FolderKind.MEGATRON;
    }
    if (universal) {
      return FolderKind.UNIVERSAL;
    }
    return isZarr(folder.resolve(MEGATRON_FORMAT)) ? FolderKind.ZARR : names.kind();
  }

  /** Whether each parameter has a folder here; names of parameters contain no slashes. */
  private static boolean isUniversal(Path parameters) throws IOException {
    if (!Files.isDirectory(parameters)) {
      return false;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(parameters)) {
      for (Path entry : entries) {
        if (Files.exists(entry.resolve(UNIVERSAL_VALUES))) {
          return true;
        }
      }
      return false;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static boolean isPickle(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.read() == PROTO;
    }
  }

  private static boolean isZarr(Path format) throws IOException {
    if (!Files.isRegularFile(format)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(format)) {
      String json = new String(in.readNBytes(LONGEST_FORMAT), StandardCharsets.UTF_8);
      return json.contains("\"sharded_backend\": \"zarr\"");
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
