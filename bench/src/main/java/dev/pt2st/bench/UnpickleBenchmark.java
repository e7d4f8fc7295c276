package dev.pt2st.bench;

import dev.pt2st.CheckpointException;
import dev.pt2st.ReadOptions;
import dev.pt2st.bench.checkpoint.CheckpointGenerator;
import dev.pt2st.bench.checkpoint.CheckpointSpec;
import dev.pt2st.bench.checkpoint.ElementType;
import dev.pt2st.bench.checkpoint.Vocabulary;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.OpenCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Reading what there is in a checkpoint: its pickle, and no byte of a tensor. */
public class UnpickleBenchmark extends ReadBenchmark {
  /** How many objects. */
  @Param("")
  public String objects = "";

  /** What they are. */
  public enum Contents {
    /** Tensors of two elements, each with a storage of its own, in a ZIP. */
    STATE_DICT(50_000),
    /** Texts that stand for whole numbers, in a bare pickle. */
    VOCABULARY(1_000_000);

    private final int standard;

    Contents(int standard) {
      this.standard = standard;
    }
  }

  /** What is in the pickle. */
  @Param({"STATE_DICT", "VOCABULARY"})
  public Contents contents = Contents.STATE_DICT;

  @Override
  void generate(Workplace workplace) throws IOException {
    int count = objects.isEmpty() ? contents.standard : Integer.parseInt(objects);
    switch (contents) {
      case STATE_DICT ->
          CheckpointGenerator.generate(
              CheckpointSpec.ordinary(4L * count, count, ElementType.FP16), workplace.input());
      case VOCABULARY -> Files.write(workplace.input(), Vocabulary.pickle(count));
    }
  }

  /** What is measured. */
  @Benchmark
  public Checkpoint unpickle() throws CheckpointException, IOException {
    try (OpenCheckpoint file = OpenCheckpoint.open(workplace().input(), ReadOptions.STANDARD)) {
      return file.read();
    }
  }
}
