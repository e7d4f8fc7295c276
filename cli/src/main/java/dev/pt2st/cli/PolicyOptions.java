package dev.pt2st.cli;

import dev.pt2st.torch.Policy;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Which globals are accepted. */
final class PolicyOptions {
  private final OptionSpec allow =
      Options.texts(
          "--allow",
          "NAME",
          "Accept a global that is not on the allowlist, as an inert record; NAME may be a glob"
              + " ('zoo.*'). May be repeated.");

  private final OptionSpec inert =
      Options.flag("Accept every global as an inert record. Nothing is run either way.", "--inert");

  private final OptionSpec strict =
      Options.flag(
          "Refuse every global that is not on the allowlist, also where it is only named or"
              + " instantiated outside of the root.",
          "--strict");

  void addTo(CommandSpec command) {
    addAcceptingTo(command);
    command.addOption(strict);
  }

  /** Those that accept something; for a command that refuses nothing. */
  void addAcceptingTo(CommandSpec command) {
    command.addOption(allow).addOption(inert);
  }

  Policy policy() {
    Policy policy =
        Policy.STANDARD.withInert(Options.isSet(inert)).withStrict(Options.isSet(strict));
    for (String name : Options.textsOf(allow)) {
      policy = policy.allow(name);
    }
    return policy;
  }
}
