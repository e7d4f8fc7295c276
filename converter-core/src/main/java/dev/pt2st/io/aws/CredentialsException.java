package dev.pt2st.io.aws;

import java.io.IOException;

/**
 * Credentials cannot be obtained. The message says why and what to do, and contains nothing that
 * was read.
 */
public final class CredentialsException extends IOException {
  private static final long serialVersionUID = 1;

  CredentialsException(String message) {
    super(message);
  }
}
