package dev.pt2st.samples;

import dev.pt2st.CheckpointException;
import dev.pt2st.RefusedException;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Converts one checkpoint: the example of the README and of docs/library.md. */
public final class ConvertOne {
  private ConvertOne() {}

  static String convert(Path input, Path output) throws IOException {
    ConvertOptions options = ConvertOptions.STANDARD.withMetadata(Map.of("origin", "example"));
    try {
      Plan plan = Converter.convert(input, output, options, ProgressListener.NONE).plan();
      return plan.tensors().size() + " tensors, " + plan.fileBytes() + " bytes";
    } catch (RefusedException e) {
      return "refused: " + e.problem() + ", " + e.globals().size() + " globals";
    } catch (CheckpointException e) {
      return "failed: " + e.problem();
    }
  }

  /** Takes the checkpoint and the safetensors file to write. */
  public static void main(String[] args) throws IOException {
    System.out.println(convert(Path.of(args[0]), Path.of(args[1])));
  }
}
