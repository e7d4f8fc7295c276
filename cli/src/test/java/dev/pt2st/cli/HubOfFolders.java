package dev.pt2st.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A Hub of local folders, {@code samples/tools/hub_server.py}. A test that starts one is skipped
 * where there is no {@code python3}.
 */
final class HubOfFolders implements AutoCloseable {
  static final String TOKEN = "hf_secretsecretsecret";

  private final Process process;
  private final int port;
  private final Path home;

  private HubOfFolders(Process process, int port, Path home) {
    this.process = process;
    this.port = port;
    this.home = home;
  }

  /**
   * Starts one.
   *
   * @param repositories holds {@code org/name/...}
   * @param home where a user's cache is, which is empty
   */
  static HubOfFolders start(Path repositories, Path home) throws IOException {
    int[] ports = freePorts();
    ProcessBuilder builder =
        new ProcessBuilder(
            "python3",
            Samples.root().resolve("samples/tools/hub_server.py").toString(),
            repositories.toString(),
            Integer.toString(ports[0]),
            Integer.toString(ports[1]));
    builder.environment().put("MOCK_TOKEN", TOKEN);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      assumeTrue(false, "skipped: there is no python3");
      throw e;
    }
    HubOfFolders hub = new HubOfFolders(process, ports[0], home);
    BufferedReader lines = process.inputReader();
    String first = lines.readLine();
    if (first == null || !first.startsWith("ready")) {
      hub.close();
      throw new IOException("The server does not start: " + first);
    }
    // What is not read would fill the pipe and stop the server.
    Thread.ofVirtual().start(() -> lines.lines().forEach(line -> {}));
    return hub;
  }

  private static int[] freePorts() throws IOException {
    InetAddress local = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    try (ServerSocket one = new ServerSocket(0, 1, local);
        ServerSocket other = new ServerSocket(0, 1, local)) {
      return new int[] {one.getLocalPort(), other.getLocalPort()};
    }
  }

  /** The environment of a user of it who has a token. */
  Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("HF_ENDPOINT", endpoint());
    environment.put("HF_HOME", home.toString());
    environment.put("HF_TOKEN", TOKEN);
    return environment;
  }

  /** Where it is, without a slash at the end. */
  String endpoint() {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
