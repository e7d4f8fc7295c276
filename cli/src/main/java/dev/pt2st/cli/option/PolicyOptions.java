package dev.pt2st.cli.option;

import dev.pt2st.Policy;
import dev.pt2st.PolicyFile;
import dev.pt2st.ReadOptions;
import dev.pt2st.cli.report.Failure;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/** The options for which globals are accepted. */
public final class PolicyOptions {
  private final OptionSpec allow =
      Options.texts(
          "--allow",
          "NAME",
          "Accept a global that is not on the allowlist, as an inert record; NAME may be a glob"
              + " ('zoo.*'). May be repeated.");

  private final OptionSpec policyFile =
      OptionSpec.builder("--policy")
          .type(PolicyFile.class)
          .converters(PolicyOptions::read)
          .paramLabel("FILE")
          .description(
              "Accept the exact names of a file, as inert records: a line for each, the name and"
                  + " then the reason.")
          .build();

  private final OptionSpec inert =
      Options.flag("Accept every global as an inert record. Nothing is run either way.", "--inert");

  private final OptionSpec strict =
      Options.flag(
          "Refuse every global that is not on the allowlist, even if it is only named or"
              + " instantiated.",
          "--strict");

  void addTo(CommandSpec command) {
    addAcceptingTo(command);
    command.addOption(strict);
  }

  /** Adds the options that accept globals, for a command that refuses nothing. */
  public void addAcceptingTo(CommandSpec command) {
    addListsTo(command);
    command.addOption(inert);
  }

  /** Adds the options that name what is accepted. */
  public void addListsTo(CommandSpec command) {
    command.addOption(allow).addOption(policyFile);
  }

  /** The given names and patterns. */
  public List<String> allowed() {
    return Options.textsOf(allow);
  }

  /** The given file of further names; null if there is none. */
  public @Nullable String file() {
    return policyFile.getValue() == null ? null : policyFile.originalStringValues().getFirst();
  }

  private Policy policy() {
    Policy policy = Options.isSet(inert) ? Policy.STANDARD.allowAll() : Policy.STANDARD;
    policy = Options.isSet(strict) ? policy.strict() : policy;
    for (String name : Options.textsOf(allow)) {
      policy = policy.allow(name);
    }
    PolicyFile file = policyFile.getValue();
    return file == null ? policy : policy.allow(file);
  }

  /**
   * The options for reading checkpoints, after a command line was parsed.
   *
   * @param noCrc the option of the same command that ignores the CRC-32 of records
   */
  public ReadOptions readOptions(CommandSpec command, OptionSpec noCrc) {
    return readOptions(command)
        .withCrc(Options.isSet(noCrc) ? ReadOptions.Crc.IGNORE : ReadOptions.Crc.COMPARE);
  }

  /** The same for a command that compares every CRC-32. */
  public ReadOptions readOptions(CommandSpec command) {
    return ReadOptions.STANDARD
        .withPolicy(policy())
        .withLimits(LimitOptions.of(command.commandLine().getParseResult()));
  }

  private static PolicyFile read(String file) {
    try {
      return PolicyFile.read(Options.onDisk(file));
    } catch (IOException e) {
      throw new TypeConversionException(Failure.of(e).message());
    }
  }
}
