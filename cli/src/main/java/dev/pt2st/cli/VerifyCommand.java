package dev.pt2st.cli;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.CheckpointException;
import dev.pt2st.cli.input.FolderReading.Check;
import dev.pt2st.cli.input.FolderReading.Parts;
import dev.pt2st.cli.input.Inputs;
import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.input.OpenInput;
import dev.pt2st.cli.option.ContentOptions;
import dev.pt2st.cli.option.Options;
import dev.pt2st.cli.option.ReportOptions;
import dev.pt2st.cli.report.ConvertJson;
import dev.pt2st.cli.report.CopyProgress;
import dev.pt2st.cli.report.DifferenceReport;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.report.Failure;
import dev.pt2st.cli.terminal.Colour;
import dev.pt2st.cli.terminal.Json;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.verify.Verification;
import dev.pt2st.verify.Verifier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code pt2st verify IN OUT}. */
final class VerifyCommand extends ModelCommand {
  private final PositionalParamSpec in =
      Options.input("0", "IN", "The reference: a checkpoint or a safetensors file.");

  private final PositionalParamSpec out =
      Options.input(
          "1",
          "OUT",
          "The model to compare: a safetensors file, the index of several, or a checkpoint.");

  private final OptionSpec report =
      Options.path(
          "FILE",
          "Take the options of the conversion from the report that convert --json printed.",
          "--report");

  VerifyCommand(Terminal terminal) {
    super(
        terminal,
        "verify",
        "Compare two models: names, dtypes, shapes and every bit of every element. Checkpoints"
            + " are read with the options of convert; safetensors files are taken as they are.",
        "Print one JSON object with all differences instead.");
    addAll(List.of(in, out), report);
  }

  @Override
  void printForProgram(Failure failure) {
    if (isForProgram()) {
      Json.print(
          terminal,
          ConvertJson.failure(
              in.<Location>getValue().name(), out.<Location>getValue().name(), failure));
    }
  }

  @Override
  ExitCode run() throws CheckpointException, IOException {
    Location input = in.getValue();
    Location output = out.getValue();
    Options.checkInput(commandLine(), input, "IN");
    Options.checkInput(commandLine(), output, "OUT");
    ConvertOptions options = options();
    long start = System.nanoTime();
    Verification verification;
    try (Inputs inputs = inputs(ScratchFolder.TEMPORARY);
        OpenInput right = open(inputs, input, Parts.READ, Check.NONE);
        OpenInput other = open(inputs, output, Parts.READ, Check.NONE)) {
      try (CopyProgress progress = progress(output)) {
        verification = Verifier.verify(right.input(), other.input(), options, progress);
      }
      print(input, output, verification, Duration.ofNanos(System.nanoTime() - start));
    }
    if (verification.isSame()) {
      return ExitCode.DONE;
    }
    terminal.flush();
    terminal.note(
        "pt2st: "
            + output
            + " differs from "
            + input
            + " in "
            + Units.count(verification.differingTensors(), "tensor"));
    return ExitCode.DIFFERENT;
  }

  private ConvertOptions options() throws IOException {
    Path path = report.getValue();
    if (path == null) {
      return content.options(spec());
    }
    List<String> given = ContentOptions.given(commandLine().getParseResult());
    if (!given.isEmpty()) {
      throw usage(
          "--report brings the options of the conversion, so leave out " + given.getFirst());
    }
    return ReportOptions.read(path);
  }

  private void print(Location input, Location output, Verification verification, Duration elapsed) {
    if (isForProgram()) {
      Json.print(terminal, writer -> write(writer, input, output, verification, elapsed));
    } else if (!isQuiet()) {
      DifferenceReport.lines(verification).forEach(terminal::line);
      if (verification.isSame()) {
        terminal.line(output.toString(), Colour.GOOD, summary(input, verification, elapsed));
      }
    }
  }

  private static String summary(Location input, Verification verification, Duration elapsed) {
    double seconds = Math.max(1e-3, elapsed.toNanos() / 1e9);
    return ": the same as "
        + input
        + ", "
        + Units.count(verification.tensors(), "tensor")
        + ", "
        + Units.bytes((double) verification.bytes())
        + " in "
        + Units.seconds(elapsed)
        + " ("
        + Units.bytes(verification.bytes() / seconds)
        + "/s)";
  }

  private static void write(
      JsonWriter json, Location input, Location output, Verification verification, Duration elapsed)
      throws IOException {
    json.name("input").value(input.toString());
    json.name("output").value(output.toString());
    json.name("same").value(verification.isSame());
    json.name("tensor_count").value(verification.tensors());
    json.name("data_bytes").value(verification.bytes());
    json.name("seconds").value(elapsed.toMillis() / 1e3);
    DifferenceReport.write(json, verification);
  }
}
