package dev.pt2st.cli.option;

import dev.pt2st.MalformedException;
import dev.pt2st.attest.Attestation;
import dev.pt2st.attest.SigningKey;
import dev.pt2st.cli.terminal.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** The options for a statement about a conversion and its signature. */
public final class AttestOptions {
  private final OptionSpec attest;

  private final OptionSpec tensors =
      Options.flag(
          "With --attest: also state the digest of each single tensor.", "--attest-tensors");

  private final OptionSpec key =
      Options.path(
          "KEY",
          "With --attest: sign the statement with this private key, PKCS#8 in PEM: ECDSA over"
              + " P-256 or P-384, or Ed25519.",
          "--attest-key");

  /**
   * @param attest the option that requests a statement
   */
  public AttestOptions(OptionSpec attest) {
    this.attest = attest;
  }

  public void addTo(CommandSpec command) {
    command.addOption(attest);
    command.addOption(tensors);
    command.addOption(key);
  }

  /**
   * Checks that options for a statement are given only with one.
   *
   * @throws ParameterException if they are not
   */
  public void check(CommandLine command, boolean isAsked) {
    if (!isAsked && (Options.isSet(tensors) || key.getValue() != null)) {
      throw new ParameterException(command, "--attest-tensors and --attest-key go with --attest");
    }
  }

  /** What a statement that was made with other options lacks, or has more. */
  public List<String> given() {
    List<String> given = new ArrayList<>(List.of("--attest"));
    if (Options.isSet(tensors)) {
      given.add("--attest-tensors");
    }
    if (key.getValue() != null) {
      given.add("--attest-key");
    }
    return given;
  }

  /**
   * The maker of the statements.
   *
   * @throws MalformedException if the key is invalid
   * @throws IOException if it cannot be read
   */
  public Attestation attestation() throws MalformedException, IOException {
    Path file = key.getValue();
    return new Attestation(
        Version.number(),
        Options.isSet(tensors) ? Attestation.Tensors.EACH : Attestation.Tensors.SUMMED_UP,
        file == null ? null : SigningKey.read(file));
  }
}
