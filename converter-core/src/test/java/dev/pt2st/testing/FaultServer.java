package dev.pt2st.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/**
 * A web server on this machine that answers as it is told, also as no server should. It keeps what
 * it was asked.
 */
public final class FaultServer implements AutoCloseable {
  /**
   * What was asked.
   *
   * @param target the path with its query
   * @param headers with their names in lower case
   * @param body each byte as a character
   */
  public record Request(String method, String target, Map<String, String> headers, String body) {
    /** A header, or an empty text. */
    public String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
  }

  /** Writes an answer; if it gives false, the connection is closed. */
  @FunctionalInterface
  public interface Reply {
    boolean write(OutputStream out) throws IOException;
  }

  /** Decides on the answer to a request. */
  @FunctionalInterface
  public interface Handler {
    Reply reply(Request request) throws IOException;
  }

  private final ServerSocket socket;
  private final Handler handler;
  private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<Socket> connections = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Starts one at a free port of 127.0.0.1. */
  public FaultServer(Handler handler) throws IOException {
    this.socket = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    this.handler = handler;
    Thread.ofVirtual().start(this::accept);
  }

  /** An address of it, by 127.0.0.1. */
  public URI at(String path) {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
  }

  /** An address of it, by the name localhost: another origin. */
  public URI byName(String path) {
    return URI.create("http://localhost:" + socket.getLocalPort() + path);
  }

  /** What was asked by now. */
  public List<Request> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  /** How many connections there were. */
  public int connections() {
    return connections.size();
  }

  /** An answer with its headers and a length that fits the body. */
  public static Reply answer(int status, byte[] body, String... headers) {
    return raw(status, body, withLength(body.length, headers));
  }

  /** The same with a body of text. */
  public static Reply answer(int status, String body, String... headers) {
    return answer(status, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  private static String[] withLength(int length, String... headers) {
    String[] all = new String[headers.length + 1];
    all[0] = "Content-Length: " + length;
    System.arraycopy(headers, 0, all, 1, headers.length);
    return all;
  }

  /** The part of a file that was asked for, or all of it. */
  public static Reply range(Request request, byte[] file, String... headers) {
    String range = request.header("Range");
    if (range.isEmpty()) {
      return forMethod(request, answer(200, file, headers), file.length, headers);
    }
    String[] ends = range.substring("bytes=".length()).split("-", -1);
    int from = Integer.parseInt(ends[0]);
    int to = Math.min(file.length, Integer.parseInt(ends[1]) + 1);
    if (from >= file.length) {
      return answer(416, "", "Content-Range: bytes */" + file.length);
    }
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("Content-Range: bytes " + from + "-" + (to - 1) + "/" + file.length);
    return answer(206, java.util.Arrays.copyOfRange(file, from, to), all.toArray(String[]::new));
  }

  private static Reply forMethod(Request request, Reply reply, int length, String... headers) {
    return request.method().equals("HEAD")
        ? raw(200, new byte[0], withLength(length, headers))
        : reply;
  }

  /** Exactly these headers and these bytes, whether they fit together or not. */
  public static Reply raw(int status, byte[] body, String... headers) {
    return out -> {
      StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " X\r\n");
      for (String header : headers) {
        head.append(header).append("\r\n");
      }
      out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
      out.write(body);
      out.flush();
      return true;
    };
  }

  /** An answer after which the connection is closed. */
  public static Reply last(Reply reply) {
    return out -> {
      reply.write(out);
      return false;
    };
  }

  /** An answer after which nothing more comes, though the connection stays. */
  public Reply stalled(Reply reply) {
    return out -> {
      reply.write(out);
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return false;
    };
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        connection.setTcpNoDelay(true);
        connections.add(connection);
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      OutputStream out = connection.getOutputStream();
      while (true) {
        Request request = read(in);
        if (request == null) {
          return;
        }
        requests.add(request);
        if (!handler.reply(request).write(out)) {
          return;
        }
      }
    } catch (IOException | UncheckedIOException e) {
      // The client has gone.
    }
  }

  private static Request read(InputStream in) throws IOException {
    String first = line(in);
    if (first.isEmpty()) {
      return null;
    }
    String[] words = first.split(" ", -1);
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        throw new IOException("This is not HTTP");
      }
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    return new Request(
        words[0],
        words[1],
        headers,
        new String(in.readNBytes(length), StandardCharsets.ISO_8859_1));
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    socket.close();
    for (Socket connection : List.copyOf(connections)) {
      connection.close();
    }
  }
}
