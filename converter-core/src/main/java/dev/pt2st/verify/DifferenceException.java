package dev.pt2st.verify;

import java.io.IOException;
import java.nio.file.Path;

/** The output of a conversion differs from its input and is not kept. */
public final class DifferenceException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Verification verification;

  DifferenceException(Path output, Verification verification) {
    super(
        output
            + ": the output differs from the checkpoint in "
            + verification.differingTensors()
            + (verification.differingTensors() == 1 ? " tensor" : " tensors")
            + " and is not kept; convert it again: if it differs again, the disk or the"
            + " memory is failing");
    this.verification = verification;
  }

  /** The result of the comparison. */
  public Verification verification() {
    return verification;
  }
}
