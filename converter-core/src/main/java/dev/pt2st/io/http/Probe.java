package dev.pt2st.io.http;

import dev.pt2st.ResourceName;
import dev.pt2st.io.http.answer.BodySink;
import dev.pt2st.io.http.answer.FaultyAnswerException;
import dev.pt2st.io.http.answer.HttpAnswer;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Requests the first byte of a file, which gives its size, its version and whether ranges are
 * supported. A HEAD would give less, and a signed address may allow only GET.
 */
final class Probe {
  private static final Pattern FIRST_BYTE = Pattern.compile("bytes 0-0/(\\d{1,18})");

  /**
   * What a server says about a file.
   *
   * @param ranges whether it supports ranges and identifies their version
   */
  record Found(long size, Validators validators, boolean ranges) {}

  private final HttpCall call;
  private final HttpAnswer answer;
  private final Found found;

  private Probe(HttpCall call, HttpAnswer answer, Found found) {
    this.call = call;
    this.answer = answer;
    this.found = found;
  }

  static Probe of(HttpSession session, HttpCall call) throws IOException {
    FirstByte sink = new FirstByte();
    HttpAnswer answer = session.transfer(call.header("Range", "bytes=0-0").wanting(416), 1, sink);
    long size = sink.size(answer);
    if (size < 0) {
      throw new SourceException(
          call.source(),
          Reason.REFUSED,
          "the server does not say how large it is; fetch it by other means and open the file");
    }
    Validators validators = Validators.of(answer);
    boolean ranges = answer.status() != 200 && (validators.exist() || size == 0);
    return new Probe(call, answer, new Found(size, validators, ranges));
  }

  ResourceName name() {
    return call.source();
  }

  HttpCall call() {
    return call;
  }

  Found found() {
    return found;
  }

  boolean hasRanges() {
    return found.ranges();
  }

  /** The address after redirects; it may expire. */
  RangedSource.Location location() {
    HttpCall there = call.at(answer.uri());
    return new RangedSource.Location(
        found.validators().bind(there),
        found.validators().check(call.source()),
        !answer.uri().equals(call.uri()));
  }

  /** Reads the one byte of a partial response, so that the connection can be reused. */
  private static final class FirstByte implements BodySink {
    private @Nullable Matcher range;

    @Override
    public boolean begin(HttpAnswer answer) throws IOException {
      if (answer.status() == 206) {
        Matcher given = FIRST_BYTE.matcher(answer.header("Content-Range").orElse("").strip());
        if (!given.matches()) {
          throw new FaultyAnswerException("the server sends another range than the one requested");
        }
        range = given;
        return answer.number("Content-Length").orElse(1) == 1;
      }
      range = null;
      return false;
    }

    long size(HttpAnswer answer) {
      if (range != null) {
        return Long.parseLong(range.group(1));
      }
      if (answer.status() == 416) {
        return answer.header("Content-Range").orElse("").strip().equals("bytes */0") ? 0 : -1;
      }
      return answer.status() == 200 ? answer.number("Content-Length").orElse(-1) : -1;
    }

    @Override
    public void write(ByteBuffer bytes) {
      bytes.position(bytes.limit());
    }

    @Override
    public void end() {
      // The value of the byte does not matter.
    }
  }
}
