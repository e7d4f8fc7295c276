package dev.pt2st.io.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.pt2st.ResourceName;
import dev.pt2st.io.http.answer.AnswerCheck;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.testing.FaultServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Calls for the tests, and what is held of each failure. */
final class TestCalls {
  static final ResourceName NAME = new ResourceName("test://file");
  static final byte[] FILE = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private TestCalls() {}

  static HttpCall get(FaultServer server) {
    return HttpCall.of(
        "GET", NAME, NamedServer.of(server.at("/")), server.at("/the-path?Signature=secret"));
  }

  static String read(HttpSession session, HttpCall call) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(4);
    session.read(call, 2, FILE.length, target, AnswerCheck.NONE);
    return StandardCharsets.US_ASCII.decode(target.flip()).toString();
  }

  static void fails(ThrowingCallable call, Reason reason, String words) {
    assertThatThrownBy(call)
        .asInstanceOf(type(SourceException.class))
        .satisfies(e -> {
          assertThat(e.reason()).isEqualTo(reason);
          assertThat(e).hasMessageContaining(words).hasMessageStartingWith("test://file: ");
          assertThat(e.getMessage()).doesNotContain("secret", "Signature", "the-path");
          assertThat(e).hasNoCause();
          assertThat(e.getSuppressed()).isEmpty();
        });
  }

  static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
