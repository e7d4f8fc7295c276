package dev.pt2st.io.aws;

import java.io.IOException;

/**
 * Credentials cannot be had. The message says why and what to do, and holds nothing of what was
 * read.
 */
public final class CredentialsException extends IOException {
  private static final long serialVersionUID = 1;

  CredentialsException(String message) {
    super(message);
  }
}
