package dev.pt2st.io.s3;

import dev.pt2st.ResourceName;
import dev.pt2st.io.aws.AwsError;
import dev.pt2st.io.aws.MalformedXmlException;
import dev.pt2st.io.aws.XmlElement;
import dev.pt2st.io.http.answer.BodySink;
import dev.pt2st.io.http.answer.CollectedBody;
import dev.pt2st.io.http.answer.FaultyAnswerException;
import dev.pt2st.io.http.answer.HttpAnswer;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An XML response. S3 may begin a response as a success and then report an error in it; a transient
 * error is then retried like any other.
 */
final class XmlBody implements BodySink {
  private final ResourceName source;
  private final S3Rules rules;
  private final String name;
  private final CollectedBody collected;
  private @Nullable HttpAnswer answer;
  private @Nullable XmlElement root;

  XmlBody(ResourceName source, S3Rules rules, String name, int max) {
    this.source = source;
    this.rules = rules;
    this.name = name;
    this.collected = new CollectedBody(max, answered -> {});
  }

  XmlElement root() throws SourceException {
    XmlElement read = root;
    if (read == null) {
      throw new SourceException(source, Reason.UNREADABLE, "the server has sent nothing");
    }
    return read;
  }

  @Override
  public boolean begin(HttpAnswer begun) throws IOException {
    collected.begin(begun);
    answer = begun;
    return begun.status() == 200;
  }

  @Override
  public void write(ByteBuffer piece) throws IOException {
    collected.write(piece);
  }

  @Override
  public void end() throws IOException {
    byte[] body = collected.bytes();
    XmlElement read;
    try {
      read = XmlElement.parse(body);
    } catch (MalformedXmlException e) {
      throw new FaultyAnswerException(
          "the answer of the server cannot be understood: " + e.getMessage());
    }
    HttpAnswer begun = answer;
    if (read.name().equals("Error") && begun != null) {
      String code = AwsError.code(body);
      if (S3Rules.isTransient(code)) {
        throw new FaultyAnswerException("the server answers with " + code);
      }
      throw rules.byCode(source, begun, code);
    }
    if (!read.name().equals(name)) {
      throw new FaultyAnswerException("the server answers with something else than was requested");
    }
    root = read;
  }
}
