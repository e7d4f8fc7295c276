package dev.pt2st.cli;

import dev.pt2st.CheckpointException;
import dev.pt2st.attest.StatementCheck;
import dev.pt2st.attest.StatementCheck.Leniency;
import dev.pt2st.attest.StatementResult;
import dev.pt2st.attest.VerifyingKey;
import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.option.LimitOptions;
import dev.pt2st.cli.option.Options;
import dev.pt2st.cli.report.AttestReport;
import dev.pt2st.cli.report.CopyProgress;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.report.Failure;
import dev.pt2st.cli.terminal.Json;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.terminal.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code pt2st attest verify STATEMENT SOURCE OUTPUT}. */
final class AttestCommand extends Command {
  private static final String VERIFY = "verify";

  private final PositionalParamSpec action =
      PositionalParamSpec.builder()
          .index("0")
          .arity("1")
          .required(true)
          .type(String.class)
          .completionCandidates(List.of(VERIFY))
          .paramLabel(VERIFY)
          .description("What to do: verify.")
          .build();

  private final PositionalParamSpec files =
      PositionalParamSpec.builder()
          .index("1..*")
          .arity("1..*")
          .required(true)
          .type(List.class)
          .auxiliaryTypes(Path.class)
          .paramLabel("FILE")
          .description(
              "STATEMENT, that convert --attest wrote; SOURCE, what was converted; and OUTPUT, the"
                  + " safetensors file, or the index of several. With --without-source only"
                  + " STATEMENT and OUTPUT. All are on this disk.")
          .build();

  private final OptionSpec key =
      Options.path(
          "KEY",
          "The public key, SPKI in PEM, that the statement must be signed with. Without it, no"
              + " signature is checked.",
          "--key");

  private final OptionSpec withoutSource =
      Options.flag(
          "The source is gone: check only the output, and report what was not checked.",
          "--without-source");

  private final OptionSpec renamed =
      Options.flag("Accept other names of files than those in the statement.", "--renamed");

  private final OptionSpec otherVersion =
      Options.flag(
          "Accept a statement of another version of pt2st, and with it another list of globals.",
          "--other-version");

  private final OptionSpec quiet = Options.flag("Print nothing but errors.", "-q", "--quiet");

  private final OptionSpec json = Options.flag("Print one JSON object instead.", "--json");

  AttestCommand(Terminal terminal) {
    super(
        terminal,
        "attest",
        "Derive the statement of a conversion again from its source, and compare every field of it,"
            + " and the output, with what is there.");
    add(action, files, key, withoutSource, renamed, otherVersion, quiet, json);
    Options.addCommon(spec());
    LimitOptions.addTo(spec());
    spec()
        .usageMessage()
        .customSynopsis(
            "pt2st attest verify [OPTIONS] STATEMENT SOURCE OUTPUT",
            "       pt2st attest verify [OPTIONS] --without-source STATEMENT OUTPUT");
  }

  @Override
  void printForProgram(Failure failure) {
    if (Options.isSet(json)) {
      Json.print(terminal, failure::write);
    }
  }

  @Override
  ExitCode run() throws CheckpointException, IOException {
    if (!VERIFY.equals(action.getValue())) {
      throw usage("attest takes verify as its first word, not \"" + action.getValue() + "\"");
    }
    List<Path> named = files.getValue();
    boolean isAlone = Options.isSet(withoutSource);
    if (named.size() != (isAlone ? 2 : 3)) {
      throw usage(
          isAlone
              ? "with --without-source name the statement and the output"
              : "name the statement, the source and the output; if there is no source any more,"
                  + " say --without-source");
    }
    for (String word : files.originalStringValues()) {
      if (Location.isAddress(word)) {
        throw usage(word + " is an address: put the file on this disk first");
      }
      Options.checkName(commandLine(), Path.of(word), "FILE", Options.READ_AT_MANY_PLACES);
    }
    Path publicKey = key.getValue();
    StatementCheck check =
        StatementCheck.read(
            named.getFirst(),
            publicKey == null ? null : VerifyingKey.read(publicKey),
            Version.number(),
            lenient());
    Path output = named.getLast();
    if (!Files.exists(named.get(1))) {
      // A mistyped name must not lead to a check without the source.
      throw new NoSuchFileException(named.get(1).toString());
    }
    StatementResult result;
    try (CopyProgress progress =
        new CopyProgress(
            terminal,
            String.valueOf(output.getFileName()),
            !Options.isSet(quiet) && !Options.isSet(json))) {
      result =
          isAlone
              ? check.compareOutput(output, progress)
              : check.compare(
                  named.get(1), output, LimitOptions.of(commandLine().getParseResult()), progress);
    }
    AttestReport report = new AttestReport(named.getFirst(), output, isAlone, result);
    if (Options.isSet(json)) {
      Json.print(terminal, report::write);
    } else if (!Options.isSet(quiet) && result.holds()) {
      report.lines().forEach(terminal::line);
    }
    if (result.holds()) {
      return ExitCode.DONE;
    }
    terminal.flush();
    report.problems().forEach(terminal::note);
    return ExitCode.DIFFERENT;
  }

  private Set<Leniency> lenient() {
    Set<Leniency> lenient = EnumSet.noneOf(Leniency.class);
    if (Options.isSet(renamed)) {
      lenient.add(Leniency.NAMES);
    }
    if (Options.isSet(otherVersion)) {
      lenient.add(Leniency.VERSION);
    }
    return lenient;
  }
}
