package dev.pt2st.cli;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.CheckpointException;
import dev.pt2st.convert.ConvertOptions;
import dev.pt2st.verify.ModelDigest;
import dev.pt2st.verify.ModelDigest.TensorDigest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/** {@code pt2st checksum FILE…}. */
final class ChecksumCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final CommandLine commandLine;

  private final PositionalParamSpec files =
      PositionalParamSpec.builder()
          .index("0..*")
          .arity("0..*")
          .type(List.class)
          .auxiliaryTypes(Path.class)
          .paramLabel("FILE")
          .description("Checkpoints, safetensors files, or the indexes of several.")
          .build();

  private final OptionSpec tensors =
      Options.flag(
          "Print a line for each tensor of one file instead; the model's digest is the SHA-256 of"
              + " these lines.",
          "--tensors");

  private final OptionSpec check =
      OptionSpec.builder("--check")
          .type(Path.class)
          .paramLabel("FILE")
          .description("Read digests from FILE and compare them, as sha256sum -c does.")
          .build();

  private final ContentOptions content = new ContentOptions();

  private final OptionSpec quiet =
      Options.flag("With --check, print no line for what is right.", "-q", "--quiet");

  private final OptionSpec json = Options.flag("Print one JSON object instead.", "--json");

  ChecksumCommand(Terminal terminal) {
    this.terminal = terminal;
    CommandSpec spec = CommandSpec.wrapWithoutInspection(this).name("checksum");
    spec.usageMessage()
        .description(
            "Print a digest of what a model holds: the same for a checkpoint in any layout and for"
                + " its safetensors file, in one piece or in shards. Checkpoints are read with the"
                + " options of convert.");
    spec.addPositional(files);
    List.of(tensors, check).forEach(spec::addOption);
    content.addTo(spec);
    List.of(quiet, json).forEach(spec::addOption);
    content.addSafetyTo(spec);
    Options.addCommon(spec);
    LimitOptions.addTo(spec);
    this.commandLine = new CommandLine(spec);
  }

  CommandLine commandLine() {
    return commandLine;
  }

  /** What became of one file: one of the two is null. */
  record Sum(Path path, @Nullable ModelDigest digest, @Nullable Failure failure) {}

  @Override
  public Integer call() {
    List<Path> given = files.getValue();
    List<Path> paths = given == null ? List.of() : given;
    for (Path path : paths) {
      Options.checkName(commandLine, path, "FILE", Options.READ_AT_MANY_PLACES);
    }
    Path list = check.getValue();
    if (paths.isEmpty() == (list == null)) {
      throw usage(list == null ? "name a file" : "--check has the names of the files in its list");
    }
    if (Options.isSet(tensors) && (list != null || paths.size() > 1)) {
      throw usage("--tensors takes one file");
    }
    if (Options.isSet(quiet) && list == null) {
      throw usage("--quiet goes with --check");
    }
    return list == null ? sumUp(paths) : check(list);
  }

  private int check(Path list) {
    ChecksumCheck checked = new ChecksumCheck(list, this::sumUp);
    try {
      return checked.run(terminal, Options.isSet(quiet), Options.isSet(json));
    } catch (IOException e) {
      Failure failure = Failure.of(e);
      failure.print(terminal);
      if (Options.isSet(json)) {
        Json.print(
            terminal,
            writer -> {
              writer.name("error").value(failure.message());
              writer.name("exit_code").value(failure.code().code());
            });
      }
      return failure.code().code();
    }
  }

  private ParameterException usage(String problem) {
    return new ParameterException(commandLine, problem);
  }

  private Sum sumUp(Path path) {
    ConvertOptions options = content.options(commandLine.getCommandSpec());
    Failure failure;
    try (CopyProgress progress =
        new CopyProgress(terminal, String.valueOf(path.getFileName()), !Options.isSet(json))) {
      return new Sum(path, ModelDigest.of(path, options, progress), null);
    } catch (CheckpointException e) {
      failure = Failure.of(e);
    } catch (IOException e) {
      failure = Failure.of(e);
    }
    terminal.flush();
    failure.print(terminal);
    return new Sum(path, null, failure);
  }

  private int sumUp(List<Path> paths) {
    int code = ExitCode.DONE.code();
    List<Sum> sums = new ArrayList<>();
    for (Path path : paths) {
      Sum sum = sumUp(path);
      if (sum.failure != null) {
        code = Math.max(code, sum.failure.code().code());
      } else if (sum.digest != null && !Options.isSet(json)) {
        print(path, sum.digest);
      }
      sums.add(sum);
    }
    if (Options.isSet(json)) {
      Json.print(terminal, writer -> write(writer, sums));
    }
    return code;
  }

  private void print(Path path, ModelDigest digest) {
    if (Options.isSet(tensors)) {
      digest.tensors().forEach(tensor -> terminal.exactLine(tensor.line()));
    } else {
      terminal.exactLine(ChecksumLine.of(digest.sha256(), path));
    }
  }

  private void write(JsonWriter json, List<Sum> sums) throws IOException {
    json.name("models").beginArray();
    for (Sum sum : sums) {
      json.beginObject();
      json.name("file").value(sum.path.toString());
      if (sum.failure != null) {
        json.name("error").value(sum.failure.message());
        json.name("exit_code").value(sum.failure.code().code());
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
