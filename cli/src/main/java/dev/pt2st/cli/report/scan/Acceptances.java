package dev.pt2st.cli.report.scan;

import dev.pt2st.Acceptance;
import dev.pt2st.cli.report.Failure;

/** Explains why a global was accepted, in terms of the command line. */
final class Acceptances {
  private Acceptances() {}

  static String reason(Acceptance acceptance) {
    return switch (acceptance.by()) {
      case LIST -> "accepted by the policy file: " + acceptance.text();
      case NAME, PATTERN -> "accepted by --allow " + Failure.word(acceptance.text());
      case ALL -> "accepted by --inert";
    };
  }
}
