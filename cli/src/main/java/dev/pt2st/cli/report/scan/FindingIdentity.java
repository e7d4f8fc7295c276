package dev.pt2st.cli.report.scan;

import dev.pt2st.TracedGlobal;
import dev.pt2st.scan.Finding;
import dev.pt2st.scan.Rule;
import java.util.List;

/**
 * The identity of a finding across reports. The byte offset does not count, since it may change
 * when the same model is saved again.
 *
 * @param path the path of the file, relative to the base of the report
 * @param entry the entry in an archive; empty for the file itself
 * @param rule the id of the rule
 * @param name the name of the global; without one, the message
 * @param use the use of the global and, for a dangerous one, its calls, since another payload is
 *     another attack; else empty
 * @param accepted whether it does not count against the file because its global is accepted
 */
public record FindingIdentity(
    String path, String entry, String rule, String name, String use, boolean accepted) {

  static FindingIdentity of(String path, Finding finding, boolean accepted) {
    TracedGlobal global = finding.global();
    String entry = finding.place().entry();
    return new FindingIdentity(
        path,
        entry == null ? "" : entry,
        finding.rule().id(),
        global == null ? finding.message() : global.name().toString(),
        global == null
            ? ""
            : use(
                finding.rule().id(),
                global.use().word(),
                global.calls().stream()
                    .map(call -> call(call.opcode(), call.arguments()))
                    .toList()),
        accepted);
  }

  /**
   * The part of the identity for the use of a global.
   *
   * @param calls each as returned by {@link #call}
   */
  static String use(String rule, String use, List<String> calls) {
    return rule.equals(Rule.DANGEROUS_GLOBAL.id()) ? use + ": " + String.join(", ", calls) : use;
  }

  static String call(String opcode, String arguments) {
    return opcode + arguments;
  }
}
