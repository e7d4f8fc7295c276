package dev.pt2st.cli.work;

import dev.pt2st.archive.SourcePath;
import dev.pt2st.cli.input.Location;
import dev.pt2st.io.AtomicOutput;
import dev.pt2st.safetensors.ShardNames;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The files that no output of this command line may replace, under any name or link: all inputs,
 * and the outputs already written.
 */
public final class ConvertedFiles {
  private final Set<Path> kept = new HashSet<>();

  private ConvertedFiles() {}

  /** Starts with the inputs. */
  public static ConvertedFiles of(List<ConvertTarget> targets) throws IOException {
    ConvertedFiles files = new ConvertedFiles();
    for (ConvertTarget target : targets) {
      if (target.input() instanceof Location.OnDisk file) {
        files.addIfThere(SourcePath.of(file.path()).file());
      }
    }
    return files;
  }

  /** Adds an output that was written. */
  public void add(ConvertTarget target) throws IOException {
    addIfThere(target.output());
  }

  private void addIfThere(Path file) throws IOException {
    if (Files.exists(file)) {
      kept.add(file.toRealPath());
    }
  }

  /**
   * Checks that a conversion would not overwrite one of them.
   *
   * @param inShards whether the output may be split, so that its shards count too
   * @throws FileSystemException if it would
   */
  public void check(ConvertTarget target, boolean inShards) throws IOException {
    List<Path> written = new ArrayList<>(List.of(target.output()));
    if (inShards && Files.isDirectory(AtomicOutput.directoryOf(target.output()))) {
      written.addAll(new ShardNames(target.output()).existing());
    }
    for (Path file : written) {
      if (Files.exists(file) && kept.contains(file.toRealPath())) {
        throw new FileSystemException(
            file.toString(),
            null,
            "is an input or an output of this command already; name another output for "
                + target.input());
      }
    }
  }
}
