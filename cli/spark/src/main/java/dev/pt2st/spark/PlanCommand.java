package dev.pt2st.spark;

import dev.pt2st.IfExists;
import dev.pt2st.ResourceName;
import dev.pt2st.io.http.RequestGate;
import dev.pt2st.io.source.Store.Entry;
import dev.pt2st.io.source.Upload;
import dev.pt2st.migrate.names.TargetNames;
import dev.pt2st.migrate.unit.Selection;
import dev.pt2st.units.UnitKey;
import dev.pt2st.units.UnitLine;
import dev.pt2st.units.UnitOptions;
import dev.pt2st.units.UnitTask;
import dev.pt2st.units.UnitWeight;
import dev.pt2st.units.WorkUnit;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.spark.deploy.SparkHadoopUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plan --output URI URI...}: lists the work on files that only Hadoop can list. */
@Command(
    name = "plan",
    description = {
      "Lists the work on files of Hadoop's file systems as units, one a line.",
      "For files on disks, in S3 and on the Hub, pt2st plan does the same without Spark."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class)
final class PlanCommand implements Callable<Integer> {
  private static final int PIECE = 4 << 20;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "URI",
      description = "Folders or files: s3a://bucket/folder, hdfs://host/folder, file:///folder.")
  private List<String> uris;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "URI",
      description = "Where the units go; one that is there is replaced.")
  private String output;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      defaultValue = "scan",
      description = "scan (the default), convert, verify or checksum.")
  private String task;

  @Option(
      names = "--out",
      paramLabel = "URI",
      description = "For convert and verify: where the safetensors files go, or are.")
  private String out = "";

  @Option(
      names = "--include",
      paramLabel = "GLOB",
      description =
          "Plan only files whose path below what is named matches ('*.pt'). May be repeated; for"
              + " every task but scan there has to be one.")
  private List<String> include = List.of();

  @Option(
      names = "--exclude",
      paramLabel = "GLOB",
      description = "Leave out files whose path matches. May be repeated.")
  private List<String> exclude = List.of();

  @Option(
      names = "--options",
      paramLabel = "JSON",
      defaultValue = "{}",
      description = "What the work goes by, as the member options of a line of pt2st plan has it.")
  private String options;

  @Override
  public Integer call() throws IOException {
    Planning planning = planning();
    Path file = Files.createTempFile("pt2st-units-", ".jsonl");
    try {
      ExecutorStores stores = new ExecutorStores(SparkHadoopUtil.get().conf(), RequestGate.OPEN);
      try (BufferedWriter lines = Files.newBufferedWriter(file)) {
        for (String uri : uris) {
          stores.hadoop().each(uri, entry -> planning.add(entry, lines));
        }
      }
      if (planning.units == 0) {
        throw new FileSystemException(String.join(", ", uris), null, "there is no file to plan");
      }
      try (InputStream bytes = Files.newInputStream(file);
          Upload upload =
              stores.store(output).begin(output, Files.size(file), IfExists.REPLACE, Map.of())) {
        long at = 0;
        for (byte[] piece = bytes.readNBytes(PIECE);
            piece.length > 0;
            piece = bytes.readNBytes(PIECE)) {
          upload.write(ByteBuffer.wrap(piece), at);
          at += piece.length;
        }
        upload.finish();
        upload.commit();
      }
    } finally {
      Files.delete(file);
    }
    spec.commandLine()
        .getOut()
        .println(planning.units + (planning.units == 1 ? " unit" : " units"));
    spec.commandLine().getOut().flush();
    return 0;
  }

  private Planning planning() {
    UnitTask chosen;
    UnitOptions chosenOptions;
    try {
      chosen = UnitTask.of(task);
      chosenOptions = UnitOptions.ofJson(options);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    if (chosen.hasTarget() == out.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          out.isEmpty() ? "--task " + task + " needs --out" : "--out goes with convert and verify");
    }
    if (chosen != UnitTask.SCAN && include.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--task " + task + " needs --include, such as '*.pt'");
    }
    for (String uri : uris) {
      if (!ResourceName.isAddress(uri) || ExecutorStores.isOurs(uri)) {
        throw new ParameterException(
            spec.commandLine(),
            uri + ": this is not an address of Hadoop; pt2st plan takes the others");
      }
    }
    return new Planning(
        chosen, chosenOptions, out.endsWith("/") ? out : out + "/", Selection.of(include, exclude));
  }

  /** The lines of a plan as they come. */
  private static final class Planning {
    private final UnitTask task;
    private final UnitOptions options;
    private final String base;
    private final Selection selection;

    /** Of each output its digest, which takes less memory than its name. */
    private final Set<UnitKey> targets = new HashSet<>();

    private long units;

    Planning(UnitTask task, UnitOptions options, String base, Selection selection) {
      this.task = task;
      this.options = options;
      this.base = base;
      this.selection = selection;
    }

    void add(Entry file, BufferedWriter lines) throws IOException {
      String name = file.path();
      if (!selection.includes(name) || selection.excludes(name)) {
        return;
      }
      String target = task.hasTarget() ? base + TargetNames.ofPath(name) : "";
      WorkUnit unit;
      try {
        unit =
            new WorkUnit(
                file.uri(),
                file.size(),
                file.version(),
                task,
                target,
                options,
                UnitWeight.of(task, file.size(), true));
      } catch (IllegalArgumentException e) {
        throw new FileSystemException(file.uri(), null, e.getMessage());
      }
      if (!target.isEmpty() && !targets.add(ofTarget(unit))) {
        throw new FileSystemException(
            file.uri(), null, "it and another file would both have the output " + target);
      }
      lines.write(UnitLine.of(unit));
      lines.write('\n');
      units++;
    }

    private UnitKey ofTarget(WorkUnit unit) {
      return new WorkUnit(unit.target(), -1, "", UnitTask.SCAN, "", options, 0).key("");
    }
  }
}
