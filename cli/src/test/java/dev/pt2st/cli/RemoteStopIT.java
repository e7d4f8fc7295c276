package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signals that come while a server is read or written. */
class RemoteStopIT {
  private static final String SIGNATURE = "Signature=0123456789abcdef";

  /** Enough for many parts of an upload: 400 MB. */
  private static final int FLOATS = 100_000_000;

  @TempDir Path temporary;

  private static List<Path> filesBelow(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static long bytesBelow(Path folder) {
    try {
      return filesBelow(folder).stream().mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException | UncheckedIOException e) {
      return 0; // a file went while it was listed
    }
  }

  /** The parts that were sent are taken back, and the private folder goes. */
  @ParameterizedTest
  @CsvSource({"convert, TERM, 143", "migrate, TERM, 143", "migrate, INT, 130"})
  void anUploadThatIsStoppedLeavesNothing(String command, String signal, int code)
      throws Exception {
    Path bucket = Files.createDirectories(temporary.resolve("store/bucket"));
    Path scratch = Files.createDirectory(temporary.resolve("scratch"));
    Path models = Files.createDirectory(temporary.resolve("models"));
    Path input = models.resolve("pytorch_model.bin");
    new CheckpointWriter(FLOATS).tensor("w").writeSparse(input);
    S3Proxy server =
        S3Proxy.builder()
            .blobStore(new FilesystemNio2BlobStore(bucket.getParent().toString()))
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, "local-identity", "local-secret")
            .ignoreUnknownHeaders(true)
            .build();
    server.start();
    try {
      Map<String, String> environment =
          Map.of(
              "AWS_ENDPOINT_URL",
              "http://127.0.0.1:" + server.getPort(),
              "AWS_ACCESS_KEY_ID",
              "local-identity",
              "AWS_SECRET_ACCESS_KEY",
              "local-secret",
              "PT2ST_JAVA_OPTS",
              "-Djava.io.tmpdir=" + scratch);
      boolean isMigration = command.equals("migrate");
      Launcher.Started started =
          isMigration
              ? Launcher.startCommand(
                  command, temporary, environment, models, "--out", "s3://bucket/all")
              : Launcher.startCommand(
                  command, temporary, environment, input, "s3://bucket/all/model.safetensors");
      started.awaitWhileRunning(() -> bytesBelow(bucket) > 0);
      started.signal(signal);
      Launcher.Ended ended = started.await();

      assertThat(ended.code()).as(ended.output()).isEqualTo(code);
      assertThat(filesBelow(bucket)).as(ended.output()).isEmpty();
      assertThat(filesBelow(scratch)).isEmpty();
      assertThat(filesBelow(models)).containsExactly(input);
    } finally {
      server.stop();
    }
  }

  /** The JVM would write its command line into a file of the current folder. */
  @Test
  void aCrashWritesNoSignatureDown() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "http://127.0.0.1:" + silent.getLocalPort() + "/model.pt?" + SIGNATURE;
      Path folder = Files.createDirectory(temporary.resolve("here"));
      Launcher.Started started = Launcher.startCommand("scan", folder, Map.of(), address);
      silent.accept().close();
      assumeTrue(started.signalIfRunning("SEGV"), "skipped: it had ended before the signal came");
      Launcher.Ended ended = started.await();

      assertThat(ended.code()).isNotZero();
      assertThat(ended.output()).doesNotContain(SIGNATURE);
      for (Path file : filesBelow(folder)) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain(SIGNATURE);
      }
    }
  }
}
