package dev.pt2st.bench;

import dev.pt2st.CheckpointException;
import dev.pt2st.Durability;
import dev.pt2st.IfExists;
import dev.pt2st.safetensors.SafetensorsFile;
import dev.pt2st.safetensors.SafetensorsWriter;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.TensorInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** A safetensors file that is nothing but a header: all its tensors are empty. */
public class SafetensorsHeaderBenchmark extends ReadBenchmark {
  /** How many. */
  @Param("50000")
  public int tensors;

  @Override
  void generate(Workplace workplace) throws IOException {
    write(workplace.input());
  }

  /** Opening the file, which reads and checks all of the header. */
  @Benchmark
  public List<TensorInfo> read() throws CheckpointException, IOException {
    try (SafetensorsFile file = SafetensorsFile.open(workplace().input())) {
      return file.tensors();
    }
  }

  /** Laying out and writing a file. */
  @Benchmark
  public Path write() throws IOException {
    write(workplace().output());
    return workplace().output();
  }

  private void write(Path target) throws IOException {
    List<SafetensorsWriter.Tensor> all =
        IntStream.range(0, tensors)
            .mapToObj(i ->
                new SafetensorsWriter.Tensor(
                    "layers." + i + ".weight", DType.F16, Shape.of(0, 4096)))
            .toList();
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(target, all, Map.of("format", "pt"), IfExists.REPLACE)) {
      writer.commit(Durability.WRITTEN);
    }
  }
}
