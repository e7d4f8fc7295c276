package dev.pt2st.cli;

import dev.pt2st.cli.input.Bounds;
import dev.pt2st.cli.input.Inputs;
import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.input.OpenInput;
import dev.pt2st.cli.option.Options;
import dev.pt2st.cli.option.RemoteOptions;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.cli.terminal.Version;
import dev.pt2st.units.ResultsFolder;
import dev.pt2st.units.UnitLine;
import dev.pt2st.units.UnitPlan;
import dev.pt2st.units.UnitRun;
import dev.pt2st.units.UnitWork;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code pt2st run UNITS --results DIR}. */
final class RunCommand extends Command {
  private static final String PIPE = "-";
  private static final Pattern SHARD = Pattern.compile("(\\d{1,6})/(\\d{1,6})");

  private final PositionalParamSpec units =
      PositionalParamSpec.builder()
          .index("0")
          .arity("1")
          .required(true)
          .type(String.class)
          .paramLabel("UNITS")
          .description(
              "The file that plan has written, a path or an address; or - for units on standard"
                  + " input, each of which is done as it comes.")
          .build();

  private final OptionSpec results =
      OptionSpec.builder("--results")
          .type(String.class)
          .required(true)
          .paramLabel("DIR")
          .description(
              "Where results are kept: a directory or s3://bucket/folder, the same for all shards;"
                  + " or - for results on standard output. A unit that has a result there is not"
                  + " done again.")
          .build();

  private final OptionSpec shard =
      OptionSpec.builder("--shard")
          .type(String.class)
          .defaultValue("0/1")
          .paramLabel("I/N")
          .description(
              "Do one part of N, the parts having about the same weight: I is from 0 to N-1."
                  + " Default: 0/1, all of it.")
          .build();

  private final OptionSpec jobs = Options.jobs();
  private final RemoteOptions remote = new RemoteOptions();

  RunCommand(Terminal terminal) {
    super(
        terminal,
        "run",
        "Do the work that plan has listed, or one part of it, and keep the result of each file. Can"
            + " be stopped at any time and run again. Ends with 1 if files are left to be tried or"
            + " planned again; report tells what the results say of files.");
    add(units, results, shard, jobs);
    remote.addTo(spec());
    Options.addCommon(spec());
  }

  @Override
  ExitCode run() throws IOException {
    Bounds bounds = remote.bounds(spec());
    Matcher part = SHARD.matcher(shard.<String>getValue());
    if (!part.matches()) {
      throw usage("--shard is I/N, such as 0/16, and not " + shard.getValue());
    }
    int index = Integer.parseInt(part.group(1));
    int count = Integer.parseInt(part.group(2));
    if (index >= count) {
      throw usage("--shard " + shard.getValue() + ": the first number is from 0 to N-1");
    }
    String from = units.getValue();
    String to = results.getValue();
    if (from.equals(PIPE) != to.equals(PIPE)) {
      throw usage("units on standard input have their results on standard output, and no others");
    }
    if (Location.of(to) instanceof Location.Address address && !address.takesOutputs()) {
      throw usage("--results is on a disk or in S3, and " + address + " is neither");
    }
    boolean isPipe = from.equals(PIPE);
    try (Inputs inputs = new Inputs(bounds, terminal, isPipe)) {
      UnitWork work = new UnitWork(inputs.stores(), inputs.fetching(), Version.number());
      return isPipe ? pipe(work) : run(inputs, work, from, to, index, count, bounds);
    }
  }

  private ExitCode run(
      Inputs inputs, UnitWork work, String from, String to, int index, int count, Bounds bounds)
      throws IOException {
    ResultsFolder folder = new ResultsFolder(to, inputs.stores());
    int threads = Options.jobsOf(commandLine(), jobs);
    UnitRun.Summary done;
    try (OpenInput open = inputs.open(Location.of(from));
        UnitPlan plan = UnitPlan.open(open.input())) {
      boolean isRemote = plan.units() > 0 && Location.isAddress(plan.unit(0).uri());
      // Threads that wait for a network do not use a processor.
      boolean waits = isRemote && jobs.getValue() == null;
      int most = waits ? Math.max(threads, bounds.connections()) : threads;
      done = new UnitRun(plan, work, folder).run(index, count, most);
    }
    terminal.line(line(done));
    return done.counts().failed() > 0 || done.counts().changed() > 0
        ? ExitCode.FAILED
        : ExitCode.DONE;
  }

  private static String line(UnitRun.Summary done) {
    StringBuilder line = new StringBuilder(Units.count(done.units(), "unit"));
    line.append(": ").append(done.counts().done()).append(" done");
    if (done.before() > 0) {
      line.append(", ").append(done.before()).append(" done before");
    }
    if (done.counts().failed() > 0) {
      line.append(", ").append(done.counts().failed()).append(" failed, to be tried again");
    }
    if (done.counts().changed() > 0) {
      line.append(", ").append(done.counts().changed()).append(" changed, to be planned again");
    }
    return line.toString();
  }

  /** Runs as a filter: the result of a line is printed before the next line is read. */
  private ExitCode pipe(UnitWork work) throws IOException {
    UnitLine lines = new UnitLine();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    long number = 1;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (!line.isEmpty()) {
        try {
          terminal.exactLine(UnitLine.of(work.on(lines.unit(line))));
        } catch (IllegalArgumentException e) {
          throw new FileSystemException(
              "standard input", null, "line " + number + ": " + e.getMessage());
        }
        terminal.flush();
      }
      number++;
    }
    return ExitCode.DONE;
  }
}
