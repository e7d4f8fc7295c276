package dev.pt2st.io.aws;

import java.io.IOException;

/** A response is not the expected XML. The message says why and contains no text of the server. */
public final class MalformedXmlException extends IOException {
  private static final long serialVersionUID = 1;

  MalformedXmlException(String message) {
    super(message);
  }
}
