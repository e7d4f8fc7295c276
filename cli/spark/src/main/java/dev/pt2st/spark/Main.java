package dev.pt2st.spark;

import dev.pt2st.units.UnitTask;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code spark-submit pt2st-spark.jar scan|convert|verify|checksum --units URI --results URI}. */
@Command(
    name = "pt2st-spark",
    description = "Does the work that pt2st plan has listed, as a Spark job.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class)
public final class Main {
  private static final int DONE = 0;
  private static final int FAILED = 1;

  private Main() {}

  /** Runs one command, and ends the process with its code if that is not 0. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, Charset.defaultCharset());
    PrintWriter err = new PrintWriter(System.err, true, Charset.defaultCharset());
    int code = run(out, err, args);
    if (code != DONE) {
      System.exit(code);
    }
  }

  static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine line = new CommandLine(new Main());
    for (UnitTask task : UnitTask.values()) {
      CommandLine command = new CommandLine(new Work(task));
      command.getCommandSpec().name(task.word());
      line.addSubcommand(task.word(), command);
    }
    line.addSubcommand("plan", new PlanCommand());
    line.setOut(out);
    line.setErr(err);
    line.setExecutionExceptionHandler((e, command, parsed) -> {
      err.println("pt2st: " + words(e));
      return FAILED;
    });
    return line.execute(args);
  }

  /** The message of the cause, without the exceptions that Spark wraps around it. */
  private static String words(Throwable e) {
    Throwable cause = e;
    while ((cause instanceof SparkException || cause instanceof RuntimeException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    boolean isOurs = cause instanceof IOException;
    return isOurs && cause.getMessage() != null ? cause.getMessage() : cause.toString();
  }

  /** The version of the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"pt2st-spark " + ToolVersion.NUMBER};
    }
  }

  /** One task on all units of a plan. */
  @Command(
      description = {
        "Runs one task on every unit of a plan and stores a result for each file.",
        "Ends with 1 if files are left to be tried or planned again. pt2st report shows the"
            + " results."
      },
      mixinStandardHelpOptions = true,
      versionProvider = Version.class)
  static final class Work implements Callable<Integer> {
    private final UnitTask task;

    @Spec private CommandSpec spec;

    @Option(
        names = "--units",
        required = true,
        paramLabel = "URI",
        description =
            "The file that pt2st plan has written, as Hadoop names it: s3a://, hdfs://, file://, or"
                + " a path.")
    private String units;

    @Option(
        names = "--results",
        required = true,
        paramLabel = "URI",
        description =
            "Where results are kept: s3://, an address of Hadoop, or a directory that all executors"
                + " have. A unit that has a result there is not done again.")
    private String results;

    @Option(
        names = "--rate",
        paramLabel = "N",
        description =
            "Send at most N requests a second to stores, all executors together. Default: no"
                + " limit.")
    private @Nullable Double rate;

    Work(UnitTask task) {
      this.task = task;
    }

    @Override
    public Integer call() throws IOException {
      SparkConf conf = new SparkConf().set("spark.speculation", "false");
      if (rate != null) {
        if (!(rate > 0) || rate.isInfinite()) {
          throw new ParameterException(spec.commandLine(), "--rate must be above zero");
        }
        String plugins = conf.get("spark.plugins", "");
        conf.set(
            "spark.plugins",
            (plugins.isEmpty() ? "" : plugins + ",") + RateLimitPlugin.class.getName());
        conf.set(RateLimitPlugin.RATE, rate.toString());
      }
      RunSummary summary;
      try (SparkSession spark =
          SparkSession.builder().config(conf).appName("pt2st " + task.word()).getOrCreate()) {
        summary = Pt2stSpark.run(spark, task.word(), units, results);
      }
      spec.commandLine().getOut().println(line(summary));
      spec.commandLine().getOut().flush();
      return summary.isComplete() ? DONE : FAILED;
    }

    private static String line(RunSummary summary) {
      StringBuilder line = new StringBuilder();
      line.append(summary.units()).append(summary.units() == 1 ? " unit: " : " units: ");
      line.append(summary.done()).append(" done");
      if (summary.before() > 0) {
        line.append(", ").append(summary.before()).append(" done before");
      }
      if (summary.failed() > 0) {
        line.append(", ").append(summary.failed()).append(" failed, to be tried again");
      }
      if (summary.changed() > 0) {
        line.append(", ").append(summary.changed()).append(" changed, to be planned again");
      }
      return line.toString();
    }
  }
}
