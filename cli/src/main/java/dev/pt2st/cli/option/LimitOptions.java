package dev.pt2st.cli.option;

import dev.pt2st.Limit;
import dev.pt2st.Limits;
import dev.pt2st.cli.report.RemedyText;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** One option for each limit, made from the table of limits. */
public final class LimitOptions {
  private LimitOptions() {}

  public static void addTo(CommandSpec command) {
    for (Limit limit : Limit.values()) {
      command.addOption(
          OptionSpec.builder(RemedyText.option(limit))
              .paramLabel("N")
              .type(long.class)
              .description("Limit: " + limit.meaning() + ". Default: " + limit.standard() + ".")
              .build());
    }
  }

  public static Limits of(ParseResult parsed) {
    Limits limits = Limits.STANDARD;
    for (Limit limit : Limit.values()) {
      if (parsed.hasMatchedOption(RemedyText.option(limit))) {
        long value = parsed.matchedOptionValue(RemedyText.option(limit), limit.standard());
        if (value < 0) {
          throw new ParameterException(
              parsed.commandSpec().commandLine(),
              RemedyText.option(limit) + " must not be negative");
        }
        limits = limits.with(limit, value);
      }
    }
    return limits;
  }
}
