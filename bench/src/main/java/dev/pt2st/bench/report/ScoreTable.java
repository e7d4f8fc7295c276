package dev.pt2st.bench.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Scores as a table in Markdown: each benchmark beside the floors of the same parameters. */
final class ScoreTable {
  /** Methods that do the least that can be done with the same bytes. */
  private static final Set<String> FLOORS = Set.of("filesCopy", "transferTo", "copy", "sha256");

  private ScoreTable() {}

  static boolean isFloor(Score score) {
    return FLOORS.contains(score.method());
  }

  /** The table, in the order of the scores. */
  static String of(List<Score> scores) {
    Map<String, List<Score>> groups =
        scores.stream()
            .collect(
                Collectors.groupingBy(
                    score -> score.benchmark() + score.parameters(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    StringBuilder table = new StringBuilder();
    table.append(
        "| benchmark | parameters | ms, median | (fastest to slowest) | to its floors |\n");
    table.append("|---|---|---:|---:|---|\n");
    groups.values().forEach(group -> addGroup(table, group));
    return table.toString();
  }

  private static void addGroup(StringBuilder table, List<Score> group) {
    List<Score> floors = group.stream().filter(ScoreTable::isFloor).toList();
    for (Score score : group) {
      String ratios =
          isFloor(score)
              ? "is one"
              : floors.stream().map(floor -> ratio(score, floor)).collect(Collectors.joining(", "));
      table.append(
          String.format(
              Locale.ROOT,
              "| %s.%s | %s | %s | (%s to %s) | %s |%n",
              score.benchmark(),
              score.method(),
              parameters(score),
              milliseconds(score.median()),
              milliseconds(score.times().getFirst()),
              milliseconds(score.times().getLast()),
              ratios));
    }
  }

  private static String ratio(Score score, Score floor) {
    return String.format(Locale.ROOT, "%.2f × %s", score.median() / floor.median(), floor.method());
  }

  private static String parameters(Score score) {
    return score.parameters().entrySet().stream()
        .filter(parameter -> !parameter.getValue().isEmpty())
        .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
        .collect(Collectors.joining(", "));
  }

  /** Three digits or more. */
  private static String milliseconds(double value) {
    int decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 4;
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
