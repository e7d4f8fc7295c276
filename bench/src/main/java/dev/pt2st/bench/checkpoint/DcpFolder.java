package dev.pt2st.bench.checkpoint;

import dev.pt2st.bench.checkpoint.ShardedSpec.Chunk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * A folder of {@code torch.distributed.checkpoint}: a file for each rank, in which its pieces lie
 * one behind the other, each a file of {@code torch.save}; and {@code .metadata}, which says where.
 */
final class DcpFolder {
  private final ShardedSpec spec;

  /** Where each piece begins in its file, counted from the first of the first tensor. */
  private final long[] offsets;

  private final long[] lengths;

  private DcpFolder(ShardedSpec spec) {
    this.spec = spec;
    this.offsets = new long[spec.tensors() * spec.chunks()];
    this.lengths = new long[offsets.length];
  }

  static void write(ShardedSpec spec, Path folder) throws IOException {
    DcpFolder writer = new DcpFolder(spec);
    for (int rank = 0; rank < spec.ranks(); rank++) {
      writer.writeRank(rank, folder.resolve(file(rank)));
    }
    Path metadata = folder.resolve(".metadata");
    try (CheckpointOutput output = new CheckpointOutput(metadata)) {
      new DcpMetadata(spec, writer.offsets, writer.lengths).write(output);
    }
  }

  /** What the file of a rank is called. */
  static String file(int rank) {
    return "__" + rank + "_0.distcp";
  }

  private void writeRank(int rank, Path file) throws IOException {
    Random random = new Random(spec.seed() + rank);
    try (CheckpointOutput output = new CheckpointOutput(file)) {
      for (int tensor = 0; tensor < spec.tensors(); tensor++) {
        for (int chunk = 0; chunk < spec.filledChunks(); chunk++) {
          if (spec.rank(chunk) == rank) {
            int item = tensor * spec.chunks() + chunk;
            offsets[item] = output.position();
            writeItem(tensor, chunk, output, random);
            lengths[item] = output.position() - offsets[item];
          }
        }
      }
    }
  }

  private void writeItem(int tensor, int chunk, CheckpointOutput output, Random random)
      throws IOException {
    Chunk box = spec.chunk(chunk);
    Pickler pickler = new Pickler();
    new TensorPickler(pickler, FileLayout.ZIP)
        .tensor(
            "0",
            spec.type(),
            new Strides.Geometry(List.of(box.rows(), box.columns()), List.of(box.columns(), 1L)));
    long bytes = box.rows() * box.columns() * spec.type().bytes();
    ZipLayout.write(
        output,
        "archive",
        pickler.end(),
        List.of(new ZipLayout.Stored(spec.weights(tensor, chunk), bytes)),
        random);
  }
}
