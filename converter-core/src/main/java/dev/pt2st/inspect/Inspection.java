package dev.pt2st.inspect;

import dev.pt2st.CheckpointException;
import dev.pt2st.ResourceName;
import dev.pt2st.convert.plan.RootPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The content of a file, as far as it could be read.
 *
 * @param file the file, as the user named it
 * @param fileBytes its size in bytes; for a model in shards, the size of all shards
 * @param layout its layout in words; empty if unknown
 * @param facts facts in the file about itself and the program that wrote it
 * @param roots the parts that could be converted; none for a safetensors file, which is whole
 * @param tensors every tensor, in the order of the file
 * @param totals the totals by dtype, those with the most bytes first
 * @param memoryBytes the size of all tensors in bytes; memory that several share counts once
 * @param values values without tensors
 * @param moreValues how many values are not in the list
 * @param unnamed how many tensors have no name
 * @param globals the classes and functions that its pickles name
 * @param metadata the {@code __metadata__} of a safetensors file
 * @param problem why it could not be read completely, in which case the other components hold what
 *     was found; null if it could
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
   * The same under another name, such as the address from which the file was fetched. Facts that
   * name the file, or one below it, follow.
   */
  public Inspection named(ResourceName name) {
    String text = name.text();
    String folder = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    return new Inspection(
        name,
        fileBytes,
        layout,
        facts.stream()
            .map(fact -> new Fact(fact.name(), fact.value().replace(file.text(), folder)))
            .toList(),
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

  /**
   * An inspection of a file with nothing but tensors.
   *
   * @param memoryBytes the size of all tensors in bytes
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

  /** This inspection with additional facts. */
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
