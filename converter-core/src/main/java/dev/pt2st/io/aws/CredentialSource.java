package dev.pt2st.io.aws;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A place where credentials may be. */
@FunctionalInterface
interface CredentialSource {
  /**
   * The credentials; null if there are none here, so that the next place is tried.
   *
   * @throws CredentialsException if there should be credentials here but they cannot be read
   */
  @Nullable AwsCredentials find() throws IOException;
}
