package dev.pt2st.io.aws;

import java.io.IOException;

/** An answer is not the XML that it should be. The message says why, in words of ours alone. */
public final class MalformedXmlException extends IOException {
  private static final long serialVersionUID = 1;

  MalformedXmlException(String message) {
    super(message);
  }
}
