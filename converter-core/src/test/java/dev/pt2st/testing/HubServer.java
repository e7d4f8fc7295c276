package dev.pt2st.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A Hub of local folders, {@code samples/tools/hub_server.py}: one origin for the Hub and another
 * for the store behind it. Its log has a line for each request.
 */
public final class HubServer implements AutoCloseable {
  private final Process process;
  private final int hub;
  private final List<String> log = Collections.synchronizedList(new ArrayList<>());

  private HubServer(Process process, int hub) {
    this.process = process;
    this.hub = hub;
  }

  /**
   * Starts one.
   *
   * @param repositories holds {@code org/name/...}
   * @param options as the server takes them from its environment
   */
  public static HubServer start(Path interpreter, Path repositories, Map<String, String> options)
      throws IOException {
    int[] ports = freePorts();
    ProcessBuilder builder =
        new ProcessBuilder(
            interpreter.toString(),
            Corpus.root().resolve("samples/tools/hub_server.py").toString(),
            repositories.toString(),
            Integer.toString(ports[0]),
            Integer.toString(ports[1]));
    builder.environment().putAll(options);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    HubServer server = new HubServer(builder.start(), ports[0]);
    BufferedReader lines = server.process.inputReader();
    String first = lines.readLine();
    if (first == null || !first.startsWith("ready")) {
      server.close();
      throw new IOException("The server does not start: " + first);
    }
    Thread.ofVirtual().start(() -> keep(lines, server.log));
    return server;
  }

  private static void keep(BufferedReader lines, List<String> log) {
    try {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.add(line);
      }
    } catch (IOException e) {
      // The server was stopped.
    }
  }

  private static int[] freePorts() throws IOException {
    InetAddress local = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    try (ServerSocket one = new ServerSocket(0, 1, local);
        ServerSocket other = new ServerSocket(0, 1, local)) {
      return new int[] {one.getLocalPort(), other.getLocalPort()};
    }
  }

  /** The address of the Hub. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + hub);
  }

  /** The requests by now; the server writes a line just after its answer. */
  public List<String> log() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (log) {
      return List.copyOf(log);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
