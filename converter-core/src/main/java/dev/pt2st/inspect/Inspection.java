package dev.pt2st.inspect;

import dev.pt2st.CheckpointException;
import dev.pt2st.ResourceName;
import dev.pt2st.convert.plan.RootPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is in a file.
 *
 * @param file the file, as the user named it
 * @param fileBytes its size; of a model in shards, that of all shards
 * @param layout what it is made of; empty where that is not known
 * @param facts what it says of itself and of who wrote it
 * @param roots the parts that could be converted; none for a safetensors file, which is whole
 * @param tensors every tensor, in the order of the file
 * @param totals the tensors by element type, the most bytes first
 * @param memoryBytes bytes of all tensors, those that several share counted once
 * @param values what holds no tensor
 * @param moreValues how many values there are beyond the list
 * @param unnamed how many tensors no name leads to
 * @param globals the classes and functions that it names
 * @param metadata the texts of a safetensors file
 * @param problem why it could not be read whole, null if it could; what is above is then what was
 *     found all the same
 */
public record Inspection(
    ResourceName file,
    long fileBytes,
    String layout,
    List<Fact> facts,
    List<RootPart> roots,
    List<TensorSummary> tensors,
    List<DTypeTotal> totals,
    long memoryBytes,
    List<ValueSummary> values,
    long moreValues,
    long unnamed,
    List<GlobalSummary> globals,
    Map<String, String> metadata,
    @Nullable CheckpointException problem) {
  /**
   * Of a file that has nothing but tensors.
   *
   * @param memoryBytes bytes of all tensors
   */
  static Inspection ofTensors(
      ResourceName file,
      long fileBytes,
      String layout,
      List<Fact> facts,
      List<TensorSummary> tensors,
      long memoryBytes,
      Map<String, String> metadata,
      @Nullable CheckpointException problem) {
    return new Inspection(
        file,
        fileBytes,
        layout,
        facts,
        List.of(),
        tensors,
        DTypeTotal.of(tensors),
        memoryBytes,
        List.of(),
        0,
        0,
        List.of(),
        metadata,
        problem);
  }

  public Inspection {
    facts = List.copyOf(facts);
    roots = List.copyOf(roots);
    tensors = List.copyOf(tensors);
    totals = List.copyOf(totals);
    values = List.copyOf(values);
    globals = List.copyOf(globals);
  }

  /** The same, with more that is said of it. */
  Inspection withFacts(List<Fact> more) {
    List<Fact> all = new ArrayList<>(facts);
    all.addAll(more);
    return new Inspection(
        file,
        fileBytes,
        layout,
        all,
        roots,
        tensors,
        totals,
        memoryBytes,
        values,
        moreValues,
        unnamed,
        globals,
        metadata,
        problem);
  }
}
