package dev.pt2st.attest;

import dev.pt2st.CheckpointException;
import dev.pt2st.attest.Statement.Subject;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.source.ModelFolder;
import dev.pt2st.io.MappedFile;
import dev.pt2st.safetensors.SafetensorsFile;
import dev.pt2st.safetensors.SafetensorsModel;
import dev.pt2st.safetensors.ShardNames;
import dev.pt2st.tensor.TensorInfo;
import dev.pt2st.text.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of an output on the disk.
 *
 * @param base what the output is called as one file
 */
record OutputFiles(Path base) {
  private static final String INDEX_EXTENSION = ".index.json";

  private static final int AT_ONCE = 1 << 18;

  /**
   * Finds the files of an output.
   *
   * @param output a file, the index of several, their folder, or the path that their names are
   *     derived from
   */
  static OutputFiles of(Path output) throws IOException {
    Path named = ModelFolder.indexIn(output).orElse(output);
    String name = String.valueOf(named.getFileName());
    return new OutputFiles(
        name.endsWith(ShardNames.EXTENSION + INDEX_EXTENSION)
            ? named.resolveSibling(name.substring(0, name.length() - INDEX_EXTENSION.length()))
            : named);
  }

  /** The file that opens the whole model: the index if there are several files. */
  Path toOpen() {
    return ShardNames.toOpen(base);
  }

  /** How many of a statement's subjects are files with tensors: all but an index. */
  static int shards(List<Subject> subjects) {
    return (int) subjects.stream().filter(subject -> !subject.content().isEmpty()).count();
  }

  /**
   * The file of one of a statement's subjects. It is found by its position among the subjects,
   * never by the name in the statement.
   *
   * @param subjects how many there are
   * @param shards as {@link #shards} counts them
   * @return null if there is no such file
   */
  @Nullable Path of(int subjects, int shards, int number) {
    Path file;
    if (subjects == 1) {
      file = base;
    } else if (!ShardNames.areMadeFrom(base)) {
      return null;
    } else if (number < shards) {
      file = new ShardNames(base).shard(number + 1, shards);
    } else {
      file = new ShardNames(base).index();
    }
    return Files.exists(file) ? file : null;
  }

  /** The size of all tensors in bytes. */
  long dataBytes() throws CheckpointException, IOException {
    long bytes = 0;
    try (SafetensorsModel model = SafetensorsModel.open(toOpen())) {
      for (SafetensorsFile file : model.files()) {
        for (TensorInfo tensor : file.tensors()) {
          bytes += tensor.end() - tensor.begin();
        }
      }
    }
    return bytes;
  }

  static String sha256(Path path, ProgressListener progress) throws IOException {
    MessageDigest digest = Sha256.start();
    byte[] bytes = new byte[AT_ONCE];
    try (MappedFile file = MappedFile.open(path)) {
      for (long at = 0; at < file.size(); at += bytes.length) {
        int length = (int) Math.min(bytes.length, file.size() - at);
        file.read(ByteBuffer.wrap(bytes, 0, length), at);
        digest.update(bytes, 0, length);
        progress.written(length);
      }
    }
    return Sha256.hex(digest);
  }
}
