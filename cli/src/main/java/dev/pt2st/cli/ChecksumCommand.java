package dev.pt2st.cli;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.CheckpointException;
import dev.pt2st.cli.input.FetchedNames;
import dev.pt2st.cli.input.FolderReading;
import dev.pt2st.cli.input.FolderReading.Check;
import dev.pt2st.cli.input.FolderReading.Parts;
import dev.pt2st.cli.input.Inputs;
import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.input.OpenInput;
import dev.pt2st.cli.option.ContentOptions;
import dev.pt2st.cli.option.LimitOptions;
import dev.pt2st.cli.option.Options;
import dev.pt2st.cli.option.RemoteOptions;
import dev.pt2st.cli.report.ChecksumLine;
import dev.pt2st.cli.report.CopyProgress;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.report.Failure;
import dev.pt2st.cli.terminal.Json;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.verify.ModelDigest;
import dev.pt2st.verify.ModelDigest.TensorDigest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code pt2st checksum FILE…}. */
final class ChecksumCommand extends Command {
  private final PositionalParamSpec files =
      Options.inputs(
          "0..*",
          "FILE",
          "Checkpoints, safetensors files, or the indexes of several: paths, or addresses of single"
              + " files.");

  private final OptionSpec tensors =
      Options.flag(
          "Print a line for each tensor of one file instead; the model's digest is the SHA-256 of"
              + " these lines.",
          "--tensors");

  private final OptionSpec check =
      Options.path(
          "FILE",
          "Read digests from FILE (- for standard input) and compare them, as sha256sum -c does.",
          "-c",
          "--check");

  private final ContentOptions content = new ContentOptions();

  private final RemoteOptions remote = new RemoteOptions();

  private final OptionSpec quiet =
      Options.flag("With --check, print no line for what matches.", "-q", "--quiet");

  private final OptionSpec json = Options.flag("Print one JSON object instead.", "--json");

  ChecksumCommand(Terminal terminal) {
    super(
        terminal,
        "checksum",
        "Print a digest of a model's content: the same for a checkpoint in any layout and for"
            + " its safetensors file, in one piece or in shards. Checkpoints are read with the"
            + " options of convert.");
    add(files, tensors, check);
    content.addTo(spec());
    add(quiet, json);
    content.addSafetyTo(spec());
    remote.addTo(spec());
    Options.addCommon(spec());
    LimitOptions.addTo(spec());
  }

  /** The names of files that were fetched into local folders. */
  private final FetchedNames fetched = new FetchedNames();

  /** The result for one file: either the digest or the failure is null. */
  record Sum(Location file, @Nullable ModelDigest digest, @Nullable Failure failure) {}

  @Override
  ExitCode run() throws IOException {
    List<Location> given = files.getValue();
    List<Location> named = given == null ? List.of() : given;
    for (Location file : named) {
      Options.checkInput(commandLine(), file, "FILE");
    }
    Path list = check.getValue();
    if (named.isEmpty() == (list == null)) {
      throw usage(list == null ? "name a file" : "--check has the names of the files in its list");
    }
    if (Options.isSet(tensors) && (list != null || named.size() > 1)) {
      throw usage("--tensors takes one file");
    }
    if (Options.isSet(quiet) && list == null) {
      throw usage("--quiet goes with --check");
    }
    try (Inputs inputs = new Inputs(remote.bounds(spec()), terminal, Options.isSet(quiet))) {
      return list == null
          ? sumUp(inputs, named)
          : new ChecksumCheck(list, System.in, file -> sumUp(inputs, file))
              .run(terminal, Options.isSet(quiet), Options.isSet(json));
    }
  }

  @Override
  void printForProgram(Failure failure) {
    if (Options.isSet(json)) {
      Json.print(terminal, failure::write);
    }
  }

  private Sum sumUp(Inputs inputs, Location file) {
    ConvertOptions options = content.options(spec());
    Failure failure;
    FolderReading reading =
        new FolderReading(
            content.tagText(),
            remote.bounds(spec()).connections(),
            Parts.READ,
            fetched,
            Check.NONE);
    try (OpenInput open = inputs.openModel(file, reading);
        CopyProgress progress = new CopyProgress(terminal, file.fileName(), !Options.isSet(json))) {
      return new Sum(file, ModelDigest.of(open.input(), options, progress), null);
    } catch (CheckpointException | IOException e) {
      failure = Failure.of(e).renamed(fetched::shown);
    }
    tell(failure);
    return new Sum(file, null, failure);
  }

  private ExitCode sumUp(Inputs inputs, List<Location> named) {
    List<Sum> sums = new ArrayList<>();
    for (Location file : named) {
      Sum sum = sumUp(inputs, file);
      if (sum.digest != null && !Options.isSet(json)) {
        print(file, sum.digest);
      }
      sums.add(sum);
    }
    if (Options.isSet(json)) {
      Json.print(terminal, writer -> write(writer, sums));
    }
    return worst(sums);
  }

  /** The exit code for the files without a digest. */
  static ExitCode worst(List<Sum> sums) {
    ExitCode worst = ExitCode.DONE;
    for (Sum sum : sums) {
      worst = sum.failure == null ? worst : worst.or(sum.failure.code());
    }
    return worst;
  }

  private void print(Location file, ModelDigest digest) {
    if (Options.isSet(tensors)) {
      digest.tensors().forEach(tensor -> terminal.exactLine(tensor.line()));
    } else {
      terminal.exactLine(ChecksumLine.of(digest.sha256(), file));
    }
  }

  private void write(JsonWriter json, List<Sum> sums) throws IOException {
    json.name("models").beginArray();
    for (Sum sum : sums) {
      json.beginObject();
      json.name("file").value(sum.file.toString());
      if (sum.failure != null) {
        sum.failure.write(json);
      }
      if (sum.digest != null) {
        json.name("sha256").value(sum.digest.sha256());
        json.name("tensor_count").value(sum.digest.tensors().size());
        if (Options.isSet(tensors)) {
          writeTensors(json, sum.digest);
        }
      }
      json.endObject();
    }
    json.endArray();
  }

  private static void writeTensors(JsonWriter json, ModelDigest digest) throws IOException {
    json.name("tensors").beginArray();
    for (TensorDigest tensor : digest.tensors()) {
      Json.line(
          json,
          line -> {
            line.name("name").value(tensor.name());
            line.name("dtype").value(tensor.dtype().safetensorsName());
            line.name("shape").beginArray();
            for (long size : tensor.shape().toArray()) {
              line.value(size);
            }
            line.endArray();
            line.name("sha256").value(tensor.sha256());
          });
    }
    json.endArray();
  }
}
