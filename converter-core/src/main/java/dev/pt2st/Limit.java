package dev.pt2st;

/**
 * The limits on the work for one input, so that a small hostile file cannot cost much. Each has a
 * default and a description of what it counts.
 */
public enum Limit {
  /** Bytes of one pickle stream. */
  PICKLE_BYTES(2L << 30, "bytes of one pickle"),
  /** Estimated heap bytes of the values of all pickles; 0 means half of the maximum heap. */
  HEAP_BYTES(0, "heap bytes that a file's values may take (0: half the heap)"),
  /**
   * Opcodes of one pickle. A model of 50,000 tensors has some two million. The default number takes
   * about a minute.
   */
  OPCODES(1_000_000_000, "opcodes of one pickle"),
  /**
   * Values and marks on the stack at one time. Writers push a thousand items and collect them; only
   * a tuple is on the stack as a whole.
   */
  STACK(100_000_000, "values on the stack of one pickle"),
  /**
   * Entries of the memo. A writer makes about one for each object; a large index costs no more than
   * a small one.
   */
  MEMO(100_000_000, "entries in the memo of one pickle"),
  /** Entries of one archive. A checkpoint has one for each storage, some thousands. */
  ENTRIES(1_000_000, "entries of one archive"),
  /**
   * Seconds for all work on one file except copying its tensors. The pickles of the largest models
   * take a few seconds. A small file gets a share: 8 seconds, and 8 more for each 8 MiB of its
   * size.
   */
  SECONDS(60, "seconds that reading and judging one file may take"),
  /**
   * Checkpoints nested as bytes in one another, as when storages are pickled without torch.save.
   */
  EMBEDDED(4, "checkpoints inside one another as bytes, 64 at most"),
  /** Nested containers, when a value's tensors are named. */
  NESTING(1_000, "containers inside one another"),
  /** Tensors and containers visited while tensors are named. */
  NAMES(10_000_000, "places visited while tensors are named"),
  /** Output bytes for each byte of input. */
  EXPANSION(64, "times the input's size that the output may have"),
  /** Unpacked bytes for each byte of a compressed file or record. */
  RATIO(2_000, "times its size that a compressed file or record may grow"),
  /** Total bytes to which compressed files and the members of archives are unpacked. */
  UNPACKED_BYTES(1L << 38, "bytes that compressed files and archives are unpacked to"),
  /** Compressed files and archives nested in one another. */
  WRAPPING(8, "compressed files and archives inside one another"),
  /** Bytes of memory that a decompressor takes for its window or dictionary. */
  DECODER_BYTES(512L << 20, "bytes of memory that a decompressor may take");

  private final long standard;
  private final String meaning;

  Limit(long standard, String meaning) {
    this.standard = standard;
    this.meaning = meaning;
  }

  /** The default. */
  public long standard() {
    return standard;
  }

  /** What is counted, in words. */
  public String meaning() {
    return meaning;
  }
}
