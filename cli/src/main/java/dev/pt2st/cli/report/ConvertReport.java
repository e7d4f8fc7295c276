package dev.pt2st.cli.report;

import dev.pt2st.RefusedGlobal;
import dev.pt2st.ResourceName;
import dev.pt2st.cli.terminal.Colour;
import dev.pt2st.cli.terminal.Table;
import dev.pt2st.cli.terminal.Table.Column;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.convert.ConversionResult;
import dev.pt2st.convert.plan.LeftOut;
import dev.pt2st.convert.plan.Overflow;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.plan.PlannedData;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The text report of a conversion or of a dry run. */
public final class ConvertReport {
  private static final int MOST_NAMES = 12;

  private final Path output;
  private final OutputNames names;
  private final Plan plan;
  private final List<Overflow> overflows;
  private final ConversionRun run;

  /**
   * How a conversion was made.
   *
   * @param dryRun whether nothing was written
   * @param verified whether the output was compared with the checkpoint
   * @param sidecar the file with everything but the tensors; null if there is none
   * @param statement the file that states what the output was made from; null if there is none
   * @param options the options for the content of the checkpoint
   * @param named the archive member that the user named; empty if none
   * @param input the input, if the user did not name the output; else null
   */
  public record ConversionRun(
      Duration elapsed,
      boolean dryRun,
      boolean verified,
      @Nullable Path sidecar,
      @Nullable Path statement,
      List<String> options,
      String named,
      @Nullable ResourceName input) {}

  public ConvertReport(
      Path output, OutputNames names, ConversionResult outcome, ConversionRun run) {
    this.output = output;
    this.names = names;
    this.plan = outcome.plan();
    this.overflows = outcome.overflows();
    this.run = run;
  }

  /** The summary in two or three lines. */
  public List<String> summary() {
    List<String> lines = new ArrayList<>();
    double seconds = Math.max(1e-3, run.elapsed.toNanos() / 1e9);
    int files = plan.files().size();
    String size =
        Units.count(plan.tensors().size(), "tensor")
            + (files == 1 ? "" : " in " + files + " shards")
            + ", "
            + Units.bytes((double) plan.fileBytes());
    Path target = plan.indexPath(output).orElse(output);
    String named = (run.input == null ? "" : run.input + " → ") + names.of(target);
    lines.add(
        run.dryRun
            ? named + ": would hold " + size
            : named
                + ": "
                + size
                + " in "
                + Units.seconds(run.elapsed)
                + " ("
                + Units.bytes(plan.fileBytes() / seconds)
                + "/s)");
    if (run.verified) {
      lines.add("verified: read back, every element is that of the input");
    }
    if (run.sidecar != null) {
      lines.add((run.dryRun ? "sidecar, not written: " : "sidecar: ") + run.sidecar);
    }
    if (run.statement != null) {
      lines.add("statement: " + run.statement);
    }
    if (!plan.member().isEmpty() && !run.named.equals(plan.member())) {
      lines.add(
          "member of the archive: "
              + plan.member()
              + (plan.otherMembers().isEmpty()
                  ? ""
                  : "; these hold tensors too: " + some(plan.otherMembers())));
    }
    if (!plan.openedBytes().isEmpty()) {
      lines.add("bytes that are pickles, and were read as such: " + some(plan.openedBytes()));
    }
    addRoot(lines);
    addLeftOut(lines);
    if (!plan.renamed().isEmpty()) {
      Map.Entry<String, String> first = plan.renamed().entrySet().iterator().next();
      lines.add(
          "renamed: "
              + Units.count(plan.renamed().size(), "tensor")
              + ", such as "
              + first.getValue()
              + " to "
              + first.getKey());
    }
    addCast(lines);
    if (!plan.skipped().isEmpty()) {
      lines.add(
          "skipped, as safetensors cannot hold them: "
              + some(plan.skipped().stream().map(s -> s.name() + " (" + s.why() + ")").toList()));
    }
    if (!plan.dropped().isEmpty()) {
      lines.add(
          "dropped, as another tensor shares their storage: "
              + some(
                  plan.dropped().entrySet().stream()
                      .map(entry -> entry.getKey() + " (see " + entry.getValue() + ")")
                      .toList()));
    }
    if (!plan.hooks().isEmpty()) {
      lines.add(
          "hooks of state_dict(), not run: "
              + some(plan.hooks().stream().map(ConvertReport::text).toList()));
    }
    if (!plan.inert().isEmpty()) {
      lines.add(
          "not on the allowlist, kept as inert records: "
              + some(plan.inert().stream().map(RefusedGlobal::name).toList()));
      addModuleNote(lines);
    }
    return lines;
  }

  /** The colour for the first words of a line of {@link #summary}; null for none. */
  public static @Nullable Colour colour(String line) {
    if (line.startsWith("verified:")) {
      return Colour.GOOD;
    }
    return Stream.of("too large", "skipped,", "dropped,", "hooks of", "not on the allowlist")
            .anyMatch(line::startsWith)
        ? Colour.UNSURE
        : null;
  }

  /** Adds the root and the reason for it, unless the whole file is converted. */
  private void addRoot(List<String> lines) {
    boolean isPart = !plan.root().isEmpty();
    boolean leavesTensors =
        plan.leftOut().stream().anyMatch(part -> part.tensors() > 0 && !part.byName());
    if (isPart || leavesTensors) {
      String name = isPart ? plan.root() : "(the top)";
      lines.add("root: " + name + ", " + plan.rootRule().words());
    }
  }

  private void addModuleNote(List<String> lines) {
    if (plan.foreignModules() > 0) {
      lines.add(
          "the names are those of torch.nn.Module.state_dict(): "
              + Units.count(plan.foreignModules(), "module")
              + " of such classes, whose own code was not there to change them");
    }
    List<String> dangerous =
        plan.inert().stream()
            .filter(global -> !global.danger().isEmpty())
            .map(global -> global.name() + ", which " + global.danger())
            .toList();
    if (!dangerous.isEmpty()) {
      lines.add("accepted, and known to run code if Python loads the file: " + some(dangerous));
    }
  }

  private static String text(Plan.Hook hook) {
    return hook.hook() + (hook.module().isEmpty() ? "" : " (of " + hook.module() + ")");
  }

  private void addCast(List<String> lines) {
    List<PlannedData> casts = casts();
    if (!casts.isEmpty()) {
      String tensors = Units.count(casts.size(), "tensor");
      lines.add("cast to " + casts.getFirst().dtype() + ": " + tensors);
    }
    if (!overflows.isEmpty()) {
      lines.add(
          "too large for it and now infinite: "
              + Units.count(overflowElements(), "element")
              + " in "
              + Units.count(overflows.size(), "tensor")
              + ": "
              + some(overflows.stream().map(o -> o.name() + " (" + o.elements() + ")").toList()));
    }
  }

  private List<PlannedData> casts() {
    return plan.tensors().stream()
        .map(Plan.PlannedTensor::data)
        .filter(data -> data.castFrom().isPresent())
        .toList();
  }

  private long overflowElements() {
    return overflows.stream().mapToLong(Overflow::elements).sum();
  }

  private void addLeftOut(List<String> lines) {
    List<String> tensors = new ArrayList<>();
    List<String> others = new ArrayList<>();
    List<LeftOut> byName = plan.leftOut().stream().filter(LeftOut::byName).toList();
    for (LeftOut part : plan.leftOut()) {
      if (part.byName()) {
        continue;
      }
      if (part.tensors() == 0) {
        others.add(part.shownKey());
      } else {
        String count = Units.count(part.tensors(), "tensor");
        tensors.add(
            part.shownKey() + " (" + count + ", " + Units.bytes((double) part.bytes()) + ")");
      }
    }
    if (!tensors.isEmpty() || !others.isEmpty()) {
      lines.add(
          "left out"
              + (tensors.isEmpty() ? ", " : ": " + some(tensors))
              + (tensors.isEmpty() || others.isEmpty() ? "" : "; ")
              + (others.isEmpty() ? "" : "without tensors: " + some(others)));
    }
    if (!byName.isEmpty()) {
      lines.add(
          "left out by name: "
              + Units.count(byName.size(), "tensor")
              + ", "
              + Units.bytes((double) byName.stream().mapToLong(LeftOut::bytes).sum())
              + ": "
              + some(byName.stream().map(LeftOut::key).toList()));
    }
  }

  private static String some(List<String> words) {
    String text = words.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
    return words.size() > MOST_NAMES
        ? text + " and " + (words.size() - MOST_NAMES) + " more"
        : text;
  }

  /** The plan as a table with every tensor of the output. */
  public List<String> table(int width) {
    // The last column is omitted if there is only one file.
    Table table =
        plan.files().size() == 1
            ? new Table(Column.NAME, Column.NAME, Column.NAME, Column.NUMBER)
            : new Table(Column.NAME, Column.NAME, Column.NAME, Column.NUMBER, Column.NUMBER);
    table.add("tensor", "dtype", "shape", "bytes", "shard");
    for (int i = 0; i < plan.files().size(); i++) {
      for (Plan.PlannedTensor tensor : plan.files().get(i).tensors()) {
        table.add(
            tensor.info().name(),
            dtype(tensor),
            tensor.info().shape().toString(),
            String.valueOf(tensor.info().end() - tensor.info().begin()),
            String.valueOf(i + 1));
      }
    }
    return table.lines(width);
  }

  private static String dtype(Plan.PlannedTensor tensor) {
    String name = String.valueOf(tensor.info().dtype().safetensorsName());
    return tensor
        .data()
        .castFrom()
        .map(before -> name + " from " + before.safetensorsName())
        .orElse(name);
  }
}
