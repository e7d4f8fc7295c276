package dev.pt2st;

/**
 * What is bounded, so that a small hostile file cannot cost much: name, default and option of each.
 */
public enum Limit {
  /** Bytes of one pickle stream. */
  PICKLE_BYTES("--max-pickle-bytes", 2L << 30, "bytes of one pickle"),
  /** Estimated heap bytes of the values of all pickles; 0 stands for half of the maximal heap. */
  HEAP_BYTES("--max-heap-bytes", 0, "heap bytes that a file's values may take (0: half the heap)"),
  /** Containers within containers, where a value is walked by name. */
  NESTING("--max-nesting", 1_000, "containers inside one another"),
  /** Tensors and containers visited while names are given. */
  NAMES("--max-names", 10_000_000, "places visited while tensors are named"),
  /** Output bytes for each byte of input. */
  EXPANSION("--max-expansion", 64, "times the input's size that the output may have"),
  /** Inflated bytes for each byte of a compressed record. */
  RATIO("--max-ratio", 2_000, "times its size that a compressed record may grow");

  private final String option;
  private final long standard;
  private final String meaning;

  Limit(String option, long standard, String meaning) {
    this.option = option;
    this.standard = standard;
    this.meaning = meaning;
  }

  /** The command line option that sets it. */
  public String option() {
    return option;
  }

  /** The value without an option. */
  public long standard() {
    return standard;
  }

  /** What is counted, in words. */
  public String meaning() {
    return meaning;
  }
}
