package dev.pt2st.io.aws;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A place where credentials may be. */
@FunctionalInterface
interface CredentialSource {
  /**
   * The credentials; null if there are none here, so that the next place is looked at.
   *
   * @throws CredentialsException if there should be some here, and they cannot be had
   */
  @Nullable AwsCredentials find() throws IOException;
}
