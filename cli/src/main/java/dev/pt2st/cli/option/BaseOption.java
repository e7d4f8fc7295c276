package dev.pt2st.cli.option;

import dev.pt2st.cli.report.scan.ReportBase;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** {@code --base}: the folder to which names in reports are relative. */
public final class BaseOption {
  private final OptionSpec option;

  /**
   * The option.
   *
   * @param description what is relative to the folder, for the help
   */
  public BaseOption(String description) {
    option = Options.path("DIR", description, "--base");
  }

  /** The option itself, for the specification of a command. */
  public OptionSpec spec() {
    return option;
  }

  /**
   * The folder.
   *
   * @throws ParameterException if there is no such folder
   */
  public ReportBase value(CommandSpec command) {
    @Nullable Path folder = option.getValue();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new ParameterException(
          command.commandLine(), "--base needs a directory, and " + folder + " is none");
    }
    return new ReportBase(folder == null ? Path.of("") : folder);
  }

  /** The folder as given; a dot for the working directory. */
  public String shown() {
    @Nullable Path folder = option.getValue();
    return folder == null ? "." : folder.toString();
  }
}
