package dev.pt2st.cli;

import dev.pt2st.torch.Policy;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which globals are accepted. */
final class PolicyOptions {
  @Option(
      names = "--allow",
      paramLabel = "NAME",
      description =
          "Accept a global that is not on the allowlist, as an inert record; NAME may be a glob"
              + " ('zoo.*'). May be repeated.")
  private List<String> allow = new ArrayList<>();

  @Option(
      names = "--inert",
      description = "Accept every global as an inert record. Nothing is run either way.")
  private boolean inert;

  @Option(
      names = "--strict",
      description =
          "Refuse every global that is not on the allowlist, also where it is only named or"
              + " instantiated outside of the root.")
  private boolean strict;

  Policy policy() {
    Policy policy = Policy.STANDARD.withInert(inert).withStrict(strict);
    for (String name : allow) {
      policy = policy.allow(name);
    }
    return policy;
  }
}
