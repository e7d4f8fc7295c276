package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.IfExists;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.http.HttpSettings;
import dev.pt2st.io.http.Traffic;
import dev.pt2st.io.remote.RemoteStores;
import dev.pt2st.io.source.Upload;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A bucket that a server of S3 keeps in a folder, and commands that are told of it. */
abstract class BucketTesting {
  private static final String SECRET = "local/Secret+Key";

  @TempDir Path temporary;
  Path bucket;
  private S3Proxy server;
  final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void startServer() throws Exception {
    bucket = Files.createDirectories(temporary.resolve("store/bucket"));
    server =
        S3Proxy.builder()
            .blobStore(new FilesystemNio2BlobStore(bucket.getParent().toString()))
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, "local-identity", SECRET)
            .ignoreUnknownHeaders(true)
            .build();
    server.start();
    environment.put("AWS_ENDPOINT_URL", "http://127.0.0.1:" + server.getPort());
    environment.put("AWS_ACCESS_KEY_ID", "local-identity");
    environment.put("AWS_SECRET_ACCESS_KEY", SECRET);
    environment.put("HOME", temporary.toString());
  }

  @AfterEach
  void stopServer() throws Exception {
    server.stop();
  }

  Run run(Object... args) {
    Run run = Run.in(environment, args);
    assertThat(run.out() + run.err()).doesNotContain(SECRET, "Signature");
    return run;
  }

  /** Through the server, as it keeps more of an object than its bytes. */
  void put(Path file, String key) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    try (RemoteStores stores =
            new RemoteStores(
                HttpSettings.STANDARD,
                Traffic.unlimited(),
                environment,
                temporary,
                ScratchFolder.TEMPORARY,
                (name, size) -> {});
        Upload upload =
            stores
                .store("s3://bucket/")
                .begin("s3://bucket/" + key, bytes.length, IfExists.REFUSE, Map.of())) {
      upload.write(ByteBuffer.wrap(bytes), 0);
      upload.finish();
      upload.commit();
    }
  }

  List<String> objects() throws IOException {
    try (Stream<Path> files = Files.walk(bucket)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> bucket.relativize(file).toString())
          .sorted()
          .toList();
    }
  }
}
