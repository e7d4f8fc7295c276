package dev.pt2st.samples;

import dev.pt2st.CheckpointException;
import dev.pt2st.ReadOptions;
import dev.pt2st.convert.CheckpointFile;
import dev.pt2st.convert.CheckpointTensor;
import dev.pt2st.tensor.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** Prints the mean of a tensor of a checkpoint, which is not converted. */
public final class MeanOfTensor {
  private MeanOfTensor() {}

  static double mean(Path checkpoint, String name) throws CheckpointException, IOException {
    try (CheckpointFile file = CheckpointFile.open(checkpoint, ReadOptions.STANDARD)) {
      CheckpointTensor tensor = file.tensor(name).orElseThrow();
      if (tensor.dtype() != DType.F32) {
        throw new IllegalArgumentException(name + " has the dtype " + tensor.dtype());
      }
      MemorySegment floats = file.data(tensor);
      var layout = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
      long count = floats.byteSize() / Float.BYTES;
      double sum = 0;
      for (long i = 0; i < count; i++) {
        sum += floats.getAtIndex(layout, i);
      }
      return sum / count;
    }
  }

  /** Takes the checkpoint and the name of a float32 tensor of less than 2 GB. */
  public static void main(String[] args) throws CheckpointException, IOException {
    try (CheckpointFile file = CheckpointFile.open(Path.of(args[0]), ReadOptions.STANDARD)) {
      var tensor = file.tensor(args[1]).filter(each -> each.dtype() == DType.F32).orElseThrow();
      ByteBuffer bytes = file.data(tensor).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      double sum = 0;
      for (int at = 0; at < bytes.limit(); at += Float.BYTES) {
        sum += bytes.getFloat(at);
      }
      System.out.println(sum * Float.BYTES / bytes.limit());
    }
  }
}
