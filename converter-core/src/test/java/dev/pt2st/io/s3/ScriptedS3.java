package dev.pt2st.io.s3;

import dev.pt2st.io.http.HttpSession;
import dev.pt2st.io.http.Traffic;
import dev.pt2st.io.source.Store;
import dev.pt2st.testing.FaultServer;
import dev.pt2st.testing.FaultServer.Handler;
import dev.pt2st.testing.FaultServer.Reply;
import dev.pt2st.testing.FaultServer.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A store over a server that answers as a test says; each of its requests is tried twice. */
final class ScriptedS3 implements AutoCloseable {
  static final String SECRET = "TopSecretKey";
  static final String TOKEN = "TopSecretToken";

  private final FaultServer server;
  private final HttpSession session;
  private final Store store;

  ScriptedS3(Handler handler) throws IOException {
    this(handler, S3Options.STANDARD, Map.of());
  }

  /** With further variables of the environment; an empty value takes one away. */
  ScriptedS3(Handler handler, S3Options options, Map<String, String> variables) throws IOException {
    server = new FaultServer(handler);
    session = new HttpSession(S3Server.quick(2), Traffic.unlimited(), Map.of());
    Map<String, String> environment = new HashMap<>();
    environment.put("AWS_ACCESS_KEY_ID", "AKID");
    environment.put("AWS_SECRET_ACCESS_KEY", SECRET);
    environment.put("AWS_SESSION_TOKEN", TOKEN);
    environment.put("AWS_EC2_METADATA_DISABLED", "true");
    environment.put("AWS_ENDPOINT_URL", server.at("").toString());
    environment.putAll(variables);
    environment.values().removeIf(String::isEmpty);
    store = new S3Store(session, S3Settings.of(environment, Path.of("no-home"), options));
  }

  Store store() {
    return store;
  }

  List<Request> requests() {
    return server.requests();
  }

  /** The requests as lines, without the query. */
  List<String> lines() {
    return requests().stream().map(ScriptedS3::line).toList();
  }

  static String line(Request request) {
    return request.method() + " " + request.target();
  }

  /** An answer to a HEAD: headers alone. */
  static Reply head(int status, String... headers) {
    return FaultServer.raw(status, new byte[0], headers);
  }

  /** An object of some bytes. */
  static Reply object(Request request, byte[] bytes, String etag) {
    return FaultServer.range(request, bytes, "ETag: " + etag);
  }

  /** What S3 says of a failure; the message has what no message of ours may have. */
  static Reply error(int status, String code, String... headers) {
    return FaultServer.answer(status, errorBody(code), headers);
  }

  static String errorBody(String code) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>"
        + code
        + "</Code><Message>LEAK</Message><StringToSign>LEAK</StringToSign>"
        + "<SignatureProvided>LEAK</SignatureProvided></Error>";
  }

  @Override
  public void close() throws IOException {
    store.close();
    session.close();
    server.close();
  }
}
