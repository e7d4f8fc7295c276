package dev.pt2st.bench.checkpoint;

/**
 * What a generated folder holds. The same spec gives the same tensors, all of two dimensions and
 * one shape.
 *
 * @param format of the folder
 * @param bytes of all tensors, rounded down to whole rows
 * @param tensors how many there are
 * @param ranks how many processes have written them
 * @param chunks how many pieces a tensor is in; of ZeRO as many as there are ranks
 * @param split what a piece is made of
 * @param type of all elements; of ZeRO it is fp32
 * @param seed of the numbers
 */
public record ShardedSpec(
    ShardedFormat format,
    long bytes,
    int tensors,
    int ranks,
    int chunks,
    Split split,
    ElementType type,
    long seed) {

  /** Along which dimension tensors are cut. */
  public enum Split {
    ROWS,
    COLUMNS
  }

  /** A box of a tensor. */
  record Chunk(long row, long column, long rows, long columns) {}

  public ShardedSpec {
    if (tensors < 1 || ranks < 1 || chunks < 1) {
      throw new IllegalArgumentException("no tensors, ranks or chunks: at least 1 of each");
    }
    if (bytes / type.bytes() / tensors < chunks) {
      throw new IllegalArgumentException(
          bytes + " bytes are too few for an element in each of " + chunks + " chunks of a tensor");
    }
    if ((long) tensors * chunks > Integer.MAX_VALUE / 2) {
      throw new IllegalArgumentException("more chunks than 2^30");
    }
    if (format != ShardedFormat.DCP
        && (type != ElementType.FP32 || chunks != ranks || split != Split.ROWS)) {
      throw new IllegalArgumentException("ZeRO keeps fp32, and a part of each tensor on each rank");
    }
  }

  private long elements() {
    return bytes / type.bytes() / tensors;
  }

  /** The size of the dimension that is cut. */
  private long along() {
    return Math.max(chunks, (long) Math.sqrt((double) elements()));
  }

  private long across() {
    return elements() / along();
  }

  /** The rows of each tensor. */
  long rows() {
    return split == Split.ROWS ? along() : across();
  }

  /** The columns of each tensor. */
  long columns() {
    return split == Split.ROWS ? across() : along();
  }

  /** The elements of each tensor. */
  long count() {
    return rows() * columns();
  }

  /** The key of a tensor in the state dict. */
  String name(int tensor) {
    return "layers." + tensor + ".weight";
  }

  /** How many pieces of a tensor have elements. */
  int filledChunks() {
    long each = (along() + chunks - 1) / chunks;
    return (int) ((along() + each - 1) / each);
  }

  /** A piece, cut as {@code torch.chunk} does. */
  Chunk chunk(int number) {
    long each = (along() + chunks - 1) / chunks;
    long begin = number * each;
    long size = Math.min(along(), begin + each) - begin;
    return split == Split.ROWS
        ? new Chunk(begin, 0, size, across())
        : new Chunk(0, begin, across(), size);
  }

  /** The rank that has written a piece. */
  int rank(int chunk) {
    return chunk % ranks;
  }

  /** The numbers of a piece, row by row. */
  Weights weights(int tensor, int chunk) {
    return new Weights(seed, tensor * chunks + chunk, type);
  }

  /** The numbers of a rank's part of all tensors, of ZeRO. */
  Weights weights(int rank) {
    return new Weights(seed, rank, type);
  }
}
