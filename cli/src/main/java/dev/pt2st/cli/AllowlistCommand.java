package dev.pt2st.cli;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.cli.option.Options;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.terminal.PrintableJson;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.text.Glob;
import dev.pt2st.torch.Allowlist;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code pt2st allowlist}. */
final class AllowlistCommand extends Command {
  private final PositionalParamSpec name =
      PositionalParamSpec.builder()
          .index("0")
          .arity("0..1")
          .type(String.class)
          .paramLabel("NAME")
          .description(
              "Print only what has this name, or else what has its parts (torch.nn.Linear) or holds"
                  + " it. May be a glob ('torch.nn.*').")
          .build();

  private final OptionSpec json =
      Options.flag("Print one JSON array instead: name, kind, why, source.", "--json");

  AllowlistCommand(Terminal terminal) {
    super(
        terminal,
        "allowlist",
        "Print the built-in list of what may appear in a checkpoint, with the reason and the"
            + " source of each name.");
    add(name, json);
    Options.addCommon(spec());
  }

  @Override
  ExitCode run() throws IOException {
    List<Allowlist.Entry> entries = entries();
    if (Options.isSet(json)) {
      writeJson(entries);
    } else {
      for (Allowlist.Entry entry : entries) {
        terminal.line(entry.name());
        terminal.line("    " + kind(entry) + ": " + entry.why() + " (" + entry.source() + ")");
      }
    }
    if (!entries.isEmpty()) {
      return ExitCode.DONE;
    }
    terminal.flush();
    terminal.note("pt2st: nothing on the allowlist is named \"" + name.getValue() + "\"");
    return ExitCode.FAILED;
  }

  private List<Allowlist.Entry> entries() {
    String asked = name.getValue();
    List<Allowlist.Entry> all = List.copyOf(Allowlist.entries());
    if (asked == null) {
      return all;
    }
    if (asked.indexOf('*') >= 0 || asked.indexOf('?') >= 0) {
      Glob glob = new Glob(asked);
      return all.stream().filter(entry -> glob.matches(entry.name())).toList();
    }
    List<Allowlist.Entry> exact = all.stream().filter(entry -> entry.name().equals(asked)).toList();
    if (!exact.isEmpty()) {
      return exact;
    }
    List<Allowlist.Entry> sameParts =
        all.stream().filter(entry -> hasParts(entry.name(), asked)).toList();
    String part = asked.toLowerCase(Locale.ROOT);
    return sameParts.isEmpty()
        ? all.stream()
            .filter(entry -> entry.name().toLowerCase(Locale.ROOT).contains(part))
            .toList()
        : sameParts;
  }

  /**
   * Whether a name ends with the last part of another and has the other parts before that in order:
   * {@code torch.nn.modules.linear.Linear} is commonly called {@code torch.nn.Linear}.
   */
  private static boolean hasParts(String name, String asked) {
    String[] parts = name.split("\\.", -1);
    String[] wanted = asked.split("\\.", -1);
    int at = wanted.length - 1;
    if (!parts[parts.length - 1].equals(wanted[at])) {
      return false;
    }
    for (int i = parts.length - 1; i >= 0 && at >= 0; i--) {
      if (parts[i].equals(wanted[at])) {
        at--;
      }
    }
    return at < 0;
  }

  private static String kind(Allowlist.Entry entry) {
    return entry.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private void writeJson(List<Allowlist.Entry> entries) throws IOException {
    JsonWriter out = new JsonWriter(new PrintableJson(terminal.outWriter()));
    out.setIndent("  ");
    out.beginArray();
    for (Allowlist.Entry entry : entries) {
      out.beginObject();
      out.name("name").value(entry.name());
      out.name("kind").value(kind(entry));
      out.name("why").value(entry.why());
      out.name("source").value(entry.source());
      out.endObject();
    }
    out.endArray();
    out.flush();
    terminal.raw("\n");
  }
}
