package dev.pt2st.cli.option;

import dev.pt2st.ByteCount;
import dev.pt2st.cli.input.Bounds;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** The options for reading remote files. */
public final class RemoteOptions {
  /** The names of the options, for the help. */
  static final Set<String> NAMES =
      Set.of("--max-requests", "--max-download", "--connections", "--no-sign-request");

  private static final int CONNECTIONS = 8;
  private static final int MOST_CONNECTIONS = 256;

  private final OptionSpec maxRequests =
      OptionSpec.builder("--max-requests")
          .type(long.class)
          .paramLabel("N")
          .description("Send no more than N requests. Default: no limit.")
          .build();

  private final OptionSpec maxDownload =
      OptionSpec.builder("--max-download")
          .type(String.class)
          .paramLabel("SIZE")
          .description("Receive no more than SIZE (500MB, 2GiB). Default: no limit.")
          .build();

  private final OptionSpec connections =
      OptionSpec.builder("--connections")
          .type(int.class)
          .paramLabel("N")
          .description("The maximum number of concurrent requests. Default: " + CONNECTIONS + ".")
          .build();

  private final OptionSpec noSignRequest =
      Options.flag(
          "Send requests to S3 without credentials, for public buckets.", "--no-sign-request");

  /** Adds the options. */
  public void addTo(CommandSpec command) {
    List.of(maxRequests, maxDownload, connections, noSignRequest).forEach(command::addOption);
  }

  /**
   * The values of the options.
   *
   * @throws ParameterException if one is invalid
   */
  public Bounds bounds(CommandSpec command) {
    Long requests = maxRequests.getValue();
    if (requests != null && requests < 0) {
      throw new ParameterException(command.commandLine(), "--max-requests must not be negative");
    }
    Integer count = connections.getValue();
    if (count != null && (count < 1 || count > MOST_CONNECTIONS)) {
      throw new ParameterException(
          command.commandLine(), "--connections must be from 1 to " + MOST_CONNECTIONS);
    }
    return new Bounds(
        requests == null ? Long.MAX_VALUE : requests,
        bytes(command),
        count == null ? CONNECTIONS : count,
        Options.isSet(noSignRequest));
  }

  private long bytes(CommandSpec command) {
    String size = maxDownload.getValue();
    if (size == null) {
      return Long.MAX_VALUE;
    }
    try {
      return ByteCount.parse(size);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--max-download: " + e.getMessage(), e);
    }
  }
}
