package dev.pt2st.cli;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.cli.option.Options;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.terminal.PrintableJson;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.torch.Allowlist;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Model.OptionSpec;

/** {@code pt2st allowlist}. */
final class AllowlistCommand extends Command {
  private final OptionSpec json =
      Options.flag("Print one JSON array instead: name, kind, why, source.", "--json");

  AllowlistCommand(Terminal terminal) {
    super(
        terminal,
        "allowlist",
        "Print the built-in list of what may appear in a checkpoint, with the reason and the"
            + " source of each name.");
    add(json);
    Options.addCommon(spec());
  }

  @Override
  ExitCode run() throws IOException {
    if (Options.isSet(json)) {
      writeJson();
    } else {
      for (Allowlist.Entry entry : Allowlist.entries()) {
        terminal.line(entry.name());
        terminal.line("    " + kind(entry) + ": " + entry.why() + " (" + entry.source() + ")");
      }
    }
    return ExitCode.DONE;
  }

  private static String kind(Allowlist.Entry entry) {
    return entry.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private void writeJson() throws IOException {
    JsonWriter out = new JsonWriter(new PrintableJson(terminal.outWriter()));
    out.setIndent("  ");
    out.beginArray();
    for (Allowlist.Entry entry : Allowlist.entries()) {
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
