package dev.pt2st;

/**
 * What is bounded, so that a small hostile file cannot cost much: the default of each and what it
 * counts.
 */
public enum Limit {
  /** Bytes of one pickle stream. */
  PICKLE_BYTES(2L << 30, "bytes of one pickle"),
  /** Estimated heap bytes of the values of all pickles; 0 stands for half of the maximal heap. */
  HEAP_BYTES(0, "heap bytes that a file's values may take (0: half the heap)"),
  /**
   * Opcodes of one pickle. A model of 50,000 tensors has some two million; so many take the machine
   * about a minute.
   */
  OPCODES(1_000_000_000, "opcodes of one pickle"),
  /**
   * Values and marks on the stack at a time. Writers put down a thousand and collect them; only a
   * tuple stands there whole.
   */
  STACK(100_000_000, "values on the stack of one pickle"),
  /** Entries of the memo. A writer makes about one for each object; their indices cost nothing. */
  MEMO(100_000_000, "entries in the memo of one pickle"),
  /** Entries of one ZIP. A checkpoint has one for each storage, some thousands. */
  ENTRIES(1_000_000, "entries of one archive"),
  /**
   * Seconds for all that one file makes us do but copying its tensors. The pickles of the largest
   * models are read in a few. A small file gets a share of them: 8, and as many again for each 8
   * MiB that it has.
   */
  SECONDS(60, "seconds that reading and judging one file may take"),
  /** Checkpoints that others keep as bytes, as storages are pickled without torch.save. */
  EMBEDDED(4, "checkpoints inside one another as bytes, 64 at most"),
  /** Containers within containers, where a value is walked by name. */
  NESTING(1_000, "containers inside one another"),
  /** Tensors and containers visited while names are given. */
  NAMES(10_000_000, "places visited while tensors are named"),
  /** Output bytes for each byte of input. */
  EXPANSION(64, "times the input's size that the output may have"),
  /** Unpacked bytes for each byte of a compressed file or record. */
  RATIO(2_000, "times its size that a compressed file or record may grow"),
  /** Bytes that compressed files and the members of archives are unpacked to, in all. */
  UNPACKED_BYTES(1L << 38, "bytes that compressed files and archives are unpacked to"),
  /** Compressed files and archives within one another. */
  WRAPPING(8, "compressed files and archives inside one another"),
  /** Heap bytes that a decompressor takes for its window or dictionary. */
  DECODER_BYTES(512L << 20, "bytes of memory that a decompressor may take");

  private final long standard;
  private final String meaning;

  Limit(long standard, String meaning) {
    this.standard = standard;
    this.meaning = meaning;
  }

  /** The value if no other is set. */
  public long standard() {
    return standard;
  }

  /** What is counted, in words. */
  public String meaning() {
    return meaning;
  }
}
