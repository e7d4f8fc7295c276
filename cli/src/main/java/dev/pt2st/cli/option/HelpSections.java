package dev.pt2st.cli.option;

import dev.pt2st.Limit;
import dev.pt2st.cli.report.RemedyText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The order of options in the help: a command's own first, then those that many commands share,
 * grouped by topic under headings.
 */
public final class HelpSections {
  /** The options under each heading, in the order of the help. */
  private static final Map<String, Set<String>> HEADINGS = new LinkedHashMap<>();

  static {
    HEADINGS.put(
        "Which tensors:",
        Set.of("--root", "--include", "--exclude", "--strip-prefix", "--rename", "--shared"));
    HEADINGS.put(
        "Tensors that safetensors cannot hold:",
        Set.of("--unsupported", "--quantized", "--sparse", "--nested", "--complex"));
    HEADINGS.put(
        "What is accepted:", Set.of("--allow", "--policy", "--inert", "--strict", "--no-crc"));
    HEADINGS.put("Files that are not on this disk:", RemoteOptions.NAMES);
    HEADINGS.put(
        "Limits, which a file must not go beyond:",
        Arrays.stream(Limit.values())
            .map(RemedyText::option)
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** Options of a command that only share the name of a common option. */
  private static final Map<String, Set<String>> OWN =
      Map.of(
          "migrate", Set.of("--include", "--exclude"),
          "scan", Set.of("--include", "--exclude"),
          "plan", Set.of("--include", "--exclude"));

  private HelpSections() {}

  /** The options of a command as its help shows them. */
  public static String optionList(Help help) {
    List<OptionSpec> own = new ArrayList<>(help.commandSpec().options());
    Set<String> kept = OWN.getOrDefault(help.commandSpec().name(), Set.of());
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, Set<String>> heading : HEADINGS.entrySet()) {
      List<OptionSpec> options =
          own.stream()
              .filter(option -> heading.getValue().contains(option.longestName()))
              .filter(option -> !kept.contains(option.longestName()))
              .toList();
      own.removeAll(options);
      if (!options.isEmpty()) {
        text.append('\n').append(heading.getKey()).append('\n').append(list(help, options));
      }
    }
    return list(help, own) + text;
  }

  private static String list(Help help, List<OptionSpec> options) {
    Help.Layout layout = help.createDefaultLayout();
    layout.addOptions(
        options.stream().filter(option -> !option.hidden()).toList(),
        help.parameterLabelRenderer());
    return layout.toString();
  }
}
