package dev.pt2st.samples;

import dev.pt2st.CheckpointException;
import dev.pt2st.Durability;
import dev.pt2st.IfExists;
import dev.pt2st.safetensors.SafetensorsFile;
import dev.pt2st.safetensors.SafetensorsWriter;
import dev.pt2st.safetensors.SafetensorsWriter.Tensor;
import dev.pt2st.tensor.TensorInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Writes the tensors of a safetensors file below a name into a file of their own. */
public final class TakePart {
  private TakePart() {}

  static void take(Path input, Path output, String prefix) throws CheckpointException, IOException {
    try (SafetensorsFile file = SafetensorsFile.open(input)) {
      List<TensorInfo> part =
          file.tensors().stream().filter(tensor -> tensor.name().startsWith(prefix)).toList();
      List<Tensor> copies = part.stream().map(Tensor::like).toList();
      try (var writer =
          SafetensorsWriter.create(output, copies, file.metadata(), IfExists.REFUSE)) {
        for (TensorInfo tensor : part) {
          writer.write(tensor.name(), file.data(tensor));
        }
        writer.commit(Durability.WRITTEN);
      }
    }
  }

  /** Takes the file, the file to write and the beginning of the names. */
  public static void main(String[] args) throws CheckpointException, IOException {
    take(Path.of(args[0]), Path.of(args[1]), args[2]);
  }
}
