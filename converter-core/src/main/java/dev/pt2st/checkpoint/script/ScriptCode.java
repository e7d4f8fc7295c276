package dev.pt2st.checkpoint.script;

import dev.pt2st.Limit;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.ZipEntry;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.RecordBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Searches the code of a TorchScript archive for one text, without interpreting it. {@code
 * torch.jit.optimize_for_inference} repacks weights for MKL-DNN as values of {@code
 * prim::ConstantMKLDNNTensor} ({@code torch/csrc/jit/passes/frozen_ops_to_mkldnn.cpp}), and {@code
 * torch.jit.save} writes such a value as a call without its tensor: {@code constants.pkl} has only
 * those of {@code prim::Constant}. So the weights are not in the file, and PyTorch itself fails to
 * load it.
 */
public final class ScriptCode {
  private static final byte[] LOST_WEIGHT =
      "prim.ConstantMKLDNNTensor(".getBytes(StandardCharsets.US_ASCII);

  private long found;
  private int matched;

  private ScriptCode() {}

  /**
   * Refuses a module whose weights are not in its file.
   *
   * @throws UnsupportedException if it was optimized for inference before it was saved
   */
  public static void checkWeights(Container.TorchScript script, Limits limits)
      throws UnsupportedException {
    ScriptCode code = new ScriptCode();
    Place place = Place.of(script.file().name());
    for (ZipEntry entry : script.archive().records("code/", ".py").values()) {
      code.search(entry.bytes(), place.inEntry(entry.name()), limits);
    }
    if (code.found > 0) {
      throw new UnsupportedException(
          place,
          "this is a TorchScript module that torch.jit.optimize_for_inference has changed, and"
              + " torch.jit.save leaves out the weights which that repacks for MKL-DNN: "
              + code.found
              + (code.found == 1 ? " tensor is" : " tensors are")
              + " not in the file",
          new Remedy.Advice(
              "convert the module as it was before optimize_for_inference; PyTorch cannot load this"
                  + " one either"));
    }
  }

  private void search(ByteSource source, Place place, Limits limits) {
    matched = 0;
    try {
      if (source instanceof ByteSource.Stored stored) {
        search(stored.segment().asByteBuffer());
      } else if (source instanceof ByteSource.Deflated deflated
          && limits.allowGrowth(Limit.RATIO, deflated.compressedSize(), deflated.size())) {
        RecordBytes.inflate(deflated, place, this::search);
      }
    } catch (MalformedException | IOException e) {
      // A conversion does not need the code: if it is damaged, the tensors are still complete.
    }
  }

  /** The first character of the text occurs in it only once, so matches cannot overlap. */
  private void search(ByteBuffer piece) {
    while (piece.hasRemaining()) {
      byte next = piece.get();
      if (next == LOST_WEIGHT[matched]) {
        matched++;
      } else {
        matched = next == LOST_WEIGHT[0] ? 1 : 0;
      }
      if (matched == LOST_WEIGHT.length) {
        found++;
        matched = 0;
      }
    }
  }
}
