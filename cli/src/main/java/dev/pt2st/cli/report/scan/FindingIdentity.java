package dev.pt2st.cli.report.scan;

import dev.pt2st.TracedGlobal;
import dev.pt2st.scan.Finding;
import dev.pt2st.scan.Rule;
import java.util.List;

/**
 * What makes a finding of one report the same as one of another. The byte does not count, as the
 * same model saved again may have it elsewhere.
 *
 * @param path of the file, from the base of the report
 * @param entry of an archive; empty for the file itself
 * @param rule its id
 * @param name of the global; without one, what was found
 * @param use of the global, and with what a dangerous one is called: an attack of another payload
 *     is another attack; else empty
 * @param accepted whether it does not speak against the file, as its global is accepted
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
   * What counts of the use of a global.
   *
   * @param calls each as {@link #call} gives it
   */
  static String use(String rule, String use, List<String> calls) {
    return rule.equals(Rule.DANGEROUS_GLOBAL.id()) ? use + ": " + String.join(", ", calls) : use;
  }

  static String call(String opcode, String arguments) {
    return opcode + arguments;
  }
}
