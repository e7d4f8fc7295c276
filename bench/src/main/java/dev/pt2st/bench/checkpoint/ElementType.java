package dev.pt2st.bench.checkpoint;

/**
 * What the tensors of a generated checkpoint are made of. Written down here once more, rather than
 * taken from the converter, so that a mistake there does not hide in the files that test it.
 */
public enum ElementType {
  FP16("float16", "HalfStorage", Short.BYTES, 0xbfff_bfff_bfff_bfffL),
  FP32("float32", "FloatStorage", Integer.BYTES, 0xbfff_ffff_bfff_ffffL);

  private final String torchName;
  private final String storageClass;
  private final int bytes;
  private final long smallNumbers;

  ElementType(String torchName, String storageClass, int bytes, long smallNumbers) {
    this.torchName = torchName;
    this.storageClass = storageClass;
    this.bytes = bytes;
    this.smallNumbers = smallNumbers;
  }

  /** The name in module {@code torch}. */
  String torchName() {
    return torchName;
  }

  /** The class in module {@code torch} that stands for the type in a pickle. */
  String storageClass() {
    return storageClass;
  }

  /** The size of an element. */
  int bytes() {
    return bytes;
  }

  /**
   * Keeps these bits of 8 random bytes: without an exponent's highest bit a number lies between -2
   * and 2, and none is infinite or no number, which not even equals itself.
   */
  long smallNumbers() {
    return smallNumbers;
  }
}
