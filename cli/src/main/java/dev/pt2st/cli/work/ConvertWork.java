package dev.pt2st.cli.work;

import dev.pt2st.CheckpointException;
import dev.pt2st.cli.input.FetchedFolder;
import dev.pt2st.cli.input.FolderReading.Check;
import dev.pt2st.cli.input.FolderReading.Parts;
import dev.pt2st.cli.input.Inputs;
import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.input.OpenInput;
import dev.pt2st.cli.report.CopyProgress;
import dev.pt2st.cli.report.scan.FileSha256;
import dev.pt2st.convert.Conversion;
import dev.pt2st.convert.ConversionResult;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.WriteOptions;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.io.Input;
import dev.pt2st.io.ScratchFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The conversion of one input after the other, into files of this disk or objects in S3. */
public final class ConvertWork {
  private final Inputs inputs;
  private final WriteOptions how;
  private final List<String> shaping;
  private final Opening opening;
  private final Function<Location, CopyProgress> progress;

  /** Opens an input. */
  @FunctionalInterface
  public interface Opening {
    /**
     * Opens a file, or a folder that is one model.
     *
     * @param parts what to do if all of a folder elsewhere must be fetched
     * @param check a check before it is fetched
     */
    OpenInput open(Location input, Parts parts, Check check)
        throws CheckpointException, IOException;
  }

  /**
   * The result of a conversion.
   *
   * @param member the archive member that is its input; empty if it is not a member
   * @param wasThere whether the same output existed already, so that nothing was written
   */
  public record Converted(ConversionResult outcome, String member, boolean wasThere) {}

  /**
   * @param inputs sends the outputs that go elsewhere
   * @param shaping the options that change an output, by which it is known again
   * @param progress makes the display of an input's progress
   */
  public ConvertWork(
      Inputs inputs,
      WriteOptions how,
      List<String> shaping,
      Opening opening,
      Function<Location, CopyProgress> progress) {
    this.inputs = inputs;
    this.how = how;
    this.shaping = List.copyOf(shaping);
    this.opening = opening;
    this.progress = progress;
  }

  /** The result that a dry run shows. */
  public Converted preview(ConvertTarget target, ConvertOptions options)
      throws CheckpointException, IOException {
    Path folder = target.folder();
    try (OpenInput open = opening.open(target.input(), Parts.REFUSE, Check.NONE)) {
      if (target.upload() == null && (folder == null || Files.exists(folder))) {
        Converter.checkOutput(open.input(), target.output(), options, how);
      }
      try (Conversion conversion = Conversion.open(open.input(), options)) {
        return new Converted(
            new ConversionResult(conversion.plan(), List.of()), open.member(), false);
      }
    }
  }

  /**
   * Converts an input to its target.
   *
   * @throws CheckpointException if it is refused, malformed or not supported
   */
  public Converted convert(ConvertTarget target, ConvertOptions options)
      throws CheckpointException, IOException {
    Location.Address address = target.upload();
    return address == null
        ? convert(target, options, (input, plan) -> false)
        : upload(target, address, options);
  }

  /** Converts into a private local folder and uploads the result if everything succeeded. */
  private Converted upload(ConvertTarget target, Location.Address address, ConvertOptions options)
      throws CheckpointException, IOException {
    Path temporary = ScratchFolder.TEMPORARY.directory().resolve(target.output());
    try (FetchedFolder folder = FetchedFolder.beside(temporary, address)) {
      ConvertTarget local = target.inFolder(folder.root());
      String[] madeFrom = {""};
      Converted converted =
          convert(
              local,
              options,
              (input, plan) -> {
                madeFrom[0] = UploadIdentity.of(input, shaping);
                boolean areThere =
                    inputs.checkOutputs(
                        List.copyOf(outputs(plan, local.output(), address).values()),
                        madeFrom[0],
                        how.ifExists());
                // The other requested files must still be made.
                return areThere && how.sidecar() == null && how.check() == null;
              });
      if (!converted.wasThere) {
        List<Inputs.Output> outputs = new ArrayList<>();
        for (Map.Entry<Path, Location.Address> file :
            outputs(converted.outcome.plan(), local.output(), address).entrySet()) {
          Path path = file.getKey();
          outputs.add(new Inputs.Output(path, file.getValue(), FileSha256.of(path), madeFrom[0]));
        }
        inputs.upload(outputs, how.ifExists());
      }
      return converted;
    }
  }

  /** Where each output goes. The index is last: once it is visible, all shards are. */
  private static Map<Path, Location.Address> outputs(
      Plan plan, Path output, Location.Address address) {
    String uri = address.uri();
    String parent = uri.substring(0, uri.lastIndexOf('/') + 1);
    List<Path> files = new ArrayList<>(plan.paths(output));
    plan.indexPath(output).ifPresent(files::add);
    Map<Path, Location.Address> outputs = new LinkedHashMap<>();
    for (Path file : files) {
      outputs.put(file, new Location.Address(address.scheme(), parent + file.getFileName()));
    }
    return outputs;
  }

  /** Checks a plan before it is carried out. */
  @FunctionalInterface
  private interface Planned {
    /** Whether all outputs exist already. */
    boolean isThere(Input input, Plan plan) throws IOException;
  }

  private Converted convert(ConvertTarget target, ConvertOptions options, Planned planned)
      throws CheckpointException, IOException {
    Path output = target.output();
    Path folder = target.folder();
    boolean isNew = folder != null && !Files.exists(folder);
    if (isNew) {
      Files.createDirectories(folder);
    }
    boolean isDone = false;
    // Checked first: hours of fetching must not end with an output that exists already.
    Check check = input -> Converter.checkOutput(input, output, options, how);
    try (OpenInput open = opening.open(target.input(), Parts.CONVERT, check);
        CopyProgress copied = progress.apply(target.input());
        Conversion conversion = Conversion.openFor(open.input(), output, options, how, copied)) {
      if (planned.isThere(open.input(), conversion.plan())) {
        return new Converted(
            new ConversionResult(conversion.plan(), List.of()), open.member(), true);
      }
      if (open.input() instanceof Input.Ranged ranged) {
        RoomCheck.checkRoom(ranged.name(), conversion.plan(), output);
      }
      ConversionResult outcome = conversion.write(output, how, copied);
      isDone = true;
      return new Converted(outcome, open.member(), false);
    } finally {
      if (isNew && !isDone) {
        Files.deleteIfExists(folder); // a failed conversion leaves nothing behind
      }
    }
  }
}
