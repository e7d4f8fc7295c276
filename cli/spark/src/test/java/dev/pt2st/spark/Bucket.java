package dev.pt2st.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/** The bucket {@code bucket} of a server of S3, behind a door that can be shut for a while. */
final class Bucket implements AutoCloseable {
  private static final String IDENTITY = "local-identity";
  private static final String SECRET = "local/Secret+Key";
  private static final String BODY =
      "<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>";
  private static final byte[] LATER =
      ("HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nConnection: close\r\n"
              + "Content-Length: "
              + BODY.length()
              + "\r\n\r\n"
              + BODY)
          .getBytes(StandardCharsets.US_ASCII);

  private final S3Proxy server;
  private final ServerSocket door;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger turnedAway = new AtomicInteger();
  private volatile boolean isShut;

  Bucket(Path folder) throws Exception {
    Files.createDirectories(folder.resolve("bucket"));
    server =
        S3Proxy.builder()
            .blobStore(new FilesystemNio2BlobStore(folder.toString()))
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, IDENTITY, SECRET)
            .ignoreUnknownHeaders(true)
            .build();
    server.start();
    door = new ServerSocket(0, 200, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    Thread.ofVirtual().start(this::accept);
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return; // it was closed
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      if (isShut) {
        turnAway(client);
        return;
      }
      try (Socket behind = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
        open.add(behind);
        Thread answers = Thread.ofVirtual().start(() -> pass(behind, client));
        pass(client, behind);
        answers.join();
        open.remove(behind);
      }
    } catch (IOException e) {
      // One of the two has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(client);
    }
  }

  private void turnAway(Socket client) throws IOException {
    InputStream in = client.getInputStream();
    String head = "";
    while (!head.endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return;
      }
      head += (char) next;
    }
    turnedAway.incrementAndGet();
    client.getOutputStream().write(LATER);
    client.shutdownOutput();
    while (in.read() >= 0) {
      // What is still coming would reset the connection before the answer is read.
    }
  }

  private static void pass(Socket from, Socket to) {
    try {
      OutputStream out = to.getOutputStream();
      from.getInputStream().transferTo(out);
      to.shutdownOutput();
    } catch (IOException e) {
      closeQuietly(to);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each request is answered by 503 from now on, also on connections that are there. */
  void shut() {
    isShut = true;
    open.forEach(Bucket::closeQuietly);
  }

  void open() {
    isShut = false;
  }

  /** How many requests were answered by 503. */
  int turnedAway() {
    return turnedAway.get();
  }

  String endpoint() {
    return "http://127.0.0.1:" + door.getLocalPort();
  }

  /** What s3a has to know, as Hadoop calls it. */
  Map<String, String> hadoop() {
    return Map.of(
        "fs.s3a.endpoint", endpoint(),
        "fs.s3a.access.key", IDENTITY,
        "fs.s3a.secret.key", SECRET,
        "fs.s3a.path.style.access", "true",
        "fs.s3a.endpoint.region", "us-east-1",
        "fs.s3a.connection.ssl.enabled", "false",
        "fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider");
  }

  /** What the tools of AWS have to know, as variables. */
  Map<String, String> variables() {
    return Map.of(
        "AWS_ENDPOINT_URL",
        endpoint(),
        "AWS_ACCESS_KEY_ID",
        IDENTITY,
        "AWS_SECRET_ACCESS_KEY",
        SECRET,
        "AWS_REGION",
        "us-east-1");
  }

  void delete(String key) throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path("s3a://bucket/" + key);
    path.getFileSystem(configuration()).delete(path, false);
  }

  Configuration configuration() {
    Configuration configuration = new Configuration();
    hadoop().forEach(configuration::set);
    return configuration;
  }

  @Override
  public void close() throws IOException {
    door.close();
    open.forEach(Bucket::closeQuietly);
    try {
      server.stop();
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
