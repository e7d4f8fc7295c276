package dev.pt2st.io.s3;

import dev.pt2st.IfExists;
import dev.pt2st.io.http.HttpSession;
import dev.pt2st.io.http.HttpSettings;
import dev.pt2st.io.http.Traffic;
import dev.pt2st.io.s3.S3Options.Addressing;
import dev.pt2st.io.s3.S3Options.Signing;
import dev.pt2st.io.source.Store;
import dev.pt2st.io.source.Upload;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/** A server of S3 on this machine, which checks signatures, with one bucket. */
final class S3Server implements AutoCloseable {
  static final String BUCKET = "test-bucket";
  static final String ACCESS_KEY = "local-identity";
  static final String SECRET = "local/Secret+Key";

  private final S3Proxy proxy;
  private final Traffic traffic = Traffic.unlimited();
  private final HttpSession session;
  private final Path home;

  /** Starts one that keeps its objects in a folder. */
  S3Server(Path folder) throws Exception {
    proxy =
        S3Proxy.builder()
            .blobStore(new FilesystemNio2BlobStore(folder.toString()))
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, SECRET)
            .ignoreUnknownHeaders(true)
            .build();
    proxy.start();
    session = new HttpSession(quick(2), traffic, Map.of());
    home = folder;
    S3Client client = new S3Client(session, settings(SECRET, S3Options.STANDARD));
    client.send(S3Request.of("PUT", new S3Address(BUCKET, ""), S3Request.Purpose.WRITE), 64 << 10);
  }

  static HttpSettings quick(int attempts) {
    return new HttpSettings(
        Duration.ofSeconds(5),
        Duration.ofSeconds(20),
        Duration.ofSeconds(20),
        attempts,
        Duration.ofSeconds(5),
        8);
  }

  String endpoint() {
    return "http://127.0.0.1:" + proxy.getPort();
  }

  Traffic traffic() {
    return traffic;
  }

  S3Settings settings(String secret, S3Options options) throws IOException {
    return S3Settings.of(
        Map.of(
            "AWS_ACCESS_KEY_ID", ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY", secret,
            "AWS_ENDPOINT_URL", endpoint()),
        home,
        options);
  }

  Store store() throws IOException {
    return new S3Store(session, settings(SECRET, S3Options.STANDARD));
  }

  Store storeWithSecret(String secret) throws IOException {
    return new S3Store(session, settings(secret, S3Options.STANDARD));
  }

  Store anonymous() throws IOException {
    S3Options options = new S3Options(null, null, null, Addressing.AUTO, Signing.ANONYMOUS);
    return new S3Store(session, settings(SECRET, options));
  }

  S3Client client() throws IOException {
    return new S3Client(session, settings(SECRET, S3Options.STANDARD));
  }

  static String uri(String key) {
    return "s3://" + BUCKET + "/" + key;
  }

  /** Puts an object there by one request. */
  void put(String key, byte[] bytes) throws IOException {
    try (Store store = store();
        Upload upload = store.begin(uri(key), bytes.length, IfExists.REPLACE, Map.of())) {
      upload.write(ByteBuffer.wrap(bytes), 0);
      upload.finish();
      upload.commit();
    }
  }

  @Override
  public void close() throws IOException {
    session.close();
    try {
      proxy.stop();
    } catch (Exception e) { // it declares them all
      throw new IOException(e);
    }
  }
}
